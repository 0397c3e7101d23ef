import Foundation

/// Where the output is made and where it goes: with `--temp-path` it is made there and moved when it is complete.
struct OutputPlace {
  /// What the writer is given. The output itself when there is no `--temp-path`.
  let workingPath: String
  private let finalPath: String
  private let partial: PartialFiles

  init(_ options: RunOptions, _ partial: PartialFiles) {
    finalPath = options.outputPath
    self.partial = partial
    if let folder = options.temporaryFolder {
      let suffix = URL(fileURLWithPath: finalPath).pathExtension
      workingPath = "\(folder)/likeness-\(UUID().uuidString).\(suffix)"
      partial.add(workingPath)
    } else {
      workingPath = finalPath
    }
  }

  private var isMoved: Bool { workingPath != finalPath }

  /// Puts the complete output into its place.
  func commit() throws {
    guard isMoved, rename(workingPath, finalPath) != 0 else { return }
    // Another file system: copied beside its place first, so that nobody ever sees half of it.
    let beside = URL(fileURLWithPath: finalPath).deletingLastPathComponent()
      .appendingPathComponent(".likeness-\(UUID().uuidString)").path
    partial.add(beside)
    defer {
      unlink(beside)
      partial.forget(beside)
    }
    do {
      try FileManager.default.copyItem(atPath: workingPath, toPath: beside)
    } catch {
      throw PipelineError(
        .failed, "The output '\(finalPath)' cannot be put in place: \(error.localizedDescription)", underlying: error)
    }
    guard rename(beside, finalPath) == 0 else {
      let reason = String(cString: strerror(errno))
      throw PipelineError(.failed, "The output '\(finalPath)' cannot be put in place: \(reason).")
    }
    discard()
  }

  /// Takes away what lies in the folder of `--temp-path`.
  func discard() {
    guard isMoved else { return }
    unlink(workingPath)
    partial.forget(workingPath)
  }
}

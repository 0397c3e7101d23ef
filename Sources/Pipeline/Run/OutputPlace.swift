import Foundation
import Media

/// Where the output is made and where it goes: with `--temp-path` it is made there and moved when it is complete.
struct OutputPlace {
  /// What the writer is given. The output itself when there is no `--temp-path`.
  let workingPath: String
  private let finalPath: String
  private let partial: PartialFiles
  private let working: HiddenPath?

  init(_ options: RunOptions, _ partial: PartialFiles) {
    finalPath = options.outputPath
    self.partial = partial
    if let folder = options.temporaryFolder {
      HiddenPath.removeStale(for: finalPath, in: folder)
      let hidden = HiddenPath(for: finalPath, in: folder)
      working = hidden
      workingPath = hidden.path
      partial.add(workingPath)
    } else {
      working = nil
      workingPath = finalPath
    }
  }

  private var isMoved: Bool { working != nil }

  /// Puts the complete output into its place.
  func commit() throws {
    guard isMoved, rename(workingPath, finalPath) != 0 else { return }
    // Another file system: copied beside its place first, so that nobody ever sees half of it.
    HiddenPath.removeStale(for: finalPath)
    let beside = HiddenPath(for: finalPath)
    partial.add(beside.path)
    defer {
      unlink(beside.path)
      partial.forget(beside.path)
    }
    do {
      try FileManager.default.copyItem(atPath: workingPath, toPath: beside.path)
    } catch {
      throw PipelineError(
        .failed, "The output '\(finalPath)' cannot be put in place: \(error.localizedDescription)", underlying: error)
    }
    guard rename(beside.path, finalPath) == 0 else {
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

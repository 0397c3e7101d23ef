import Foundation

/// The hidden file beside the output that is written first and takes the output's name when it is complete.
///
/// Whoever opens the output never sees half of it; on failure the hidden file is removed.
struct PartialFile: Sendable {
  /// The name the user asked for.
  let finalPath: String
  /// In the same folder.
  var path: String { hidden.path }
  private let hidden: HiddenPath
  private let claim: Claim

  /// Keeps the file open, as its lock says that it is being worked on.
  private final class Claim: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
  }

  /// Checks the folder, deletes what killed runs have left of this output, and creates the empty hidden file.
  ///
  /// Throws: folderMissing, notWritable, outputEqualsInput, diskFull.
  init(finalPath: String, inputs: [String]) throws {
    let url = URL(fileURLWithPath: finalPath)
    let folder = url.deletingLastPathComponent().path
    try Self.checkFolder(folder)
    var status = stat()
    if stat(finalPath, &status) == 0 {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw MediaError(.notWritable, "The output '\(finalPath)' is a folder.", hint: "Add a file name.")
      }
      for input in inputs where Self.isSameFile(status, input) {
        throw MediaError(
          .outputEqualsInput, "The output '\(finalPath)' is the input file.", hint: "Choose another output name.")
      }
    }
    self.finalPath = finalPath
    HiddenPath.removeStale(for: finalPath)
    (hidden, claim) = try Self.create(finalPath, folder: folder)
  }

  private static func create(_ finalPath: String, folder: String) throws -> (HiddenPath, Claim) {
    while true {
      let hidden = HiddenPath(for: finalPath)
      let descriptor = open(hidden.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        let (code, hint) = MediaError.writingCode(errno: errno)
        throw MediaError(
          code, "'\(folder)' cannot be written to: \(String(cString: strerror(errno))).",
          hint: hint)
      }
      let claim = Claim(descriptor)
      // Somebody who tidies up may have been quicker than the lock.
      if HiddenPath.lock(descriptor) { return (hidden, claim) }
    }
  }

  /// Gives the complete file its name, replacing an older one.
  func commit() throws {
    guard rename(path, finalPath) == 0 else {
      let (code, hint) = MediaError.writingCode(errno: errno)
      let reason = String(cString: strerror(errno))
      remove()
      throw MediaError(code, "The output '\(finalPath)' cannot be put in place: \(reason).", hint: hint)
    }
  }

  func remove() { unlink(path) }

  private static func checkFolder(_ folder: String) throws {
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw MediaError(.folderMissing, "The folder '\(folder)' does not exist.", hint: "Create it first.")
    }
    guard access(folder, W_OK) == 0 else {
      throw MediaError(.notWritable, "The folder '\(folder)' may not be written to.", hint: "Check its rights.")
    }
  }

  private static func isSameFile(_ status: stat, _ path: String) -> Bool {
    var other = stat()
    return stat(path, &other) == 0 && other.st_dev == status.st_dev && other.st_ino == status.st_ino
  }
}

import Foundation

/// A lock that holds between processes and between threads, for as long as its body runs.
enum FolderLock {
  /// Runs `body` while nobody else holds the lock of this file. Waits for it. Throws `unwritable` when the file cannot
  /// be made, else what `body` throws.
  static func hold<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ModelStoreError.unwritable(path, errno) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw ModelStoreError.unwritable(path, errno) }
    }
    return try body()
  }
}

extension ModelStoreError {
  /// The error for a failed call that would have written to `path`.
  static func unwritable(_ path: String, _ number: Int32) -> ModelStoreError {
    let reason = String(cString: strerror(number))
    if number == ENOSPC || number == EDQUOT {
      return ModelStoreError(
        .diskFull, "\(path) cannot be written: \(reason).",
        hint: "Make room and run the command again; what was fetched is kept.")
    }
    return ModelStoreError(
      .unwritable, "\(path) cannot be written: \(reason).",
      hint: "Choose another folder with LIKENESS_HOME or --models-path, or mend the permissions.")
  }
}

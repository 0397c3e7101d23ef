import Foundation

/// A file written beside another one, which takes its place when it is finished and vanishes otherwise.
final class ReplacementFile: @unchecked Sendable {
  private let original: ReadableFile
  private let path: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Throws `marking` when the folder cannot be written to.
  init(for original: ReadableFile) throws {
    self.original = original
    path = Self.path(beside: original.path)
    Self.removeStale(path)
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure(path) }
    // Says that somebody is working on it; file systems without locks have none.
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  /// What a killed process has left; a file somebody is working on has its lock held.
  private static func removeStale(_ path: String) {
    let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
    close(descriptor)
  }

  /// `.name.marking` in the same folder. Whoever names `name` says who is working on it. Names may hold 255 bytes.
  static func path(beside original: String) -> String {
    let place = URL(fileURLWithPath: original)
    var name = place.lastPathComponent
    while name.utf8.count > 240 { name.removeFirst() }
    if !name.hasPrefix(".") { name = "." + name }
    return place.deletingLastPathComponent().appendingPathComponent(name + ".marking").path
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(path) }
  }

  private static func failure(_ path: String) -> SafeguardsError {
    SafeguardsError(
      .marking, "\(path) cannot be written: \(String(cString: strerror(errno))).",
      hint: "Marking needs room for a second copy of the output beside it.")
  }

  /// Bytes written so far.
  func size() throws -> Int {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Self.failure(path) }
    return Int(facts.st_size)
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = pwrite(descriptor, start + done, bytes.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(path) }
      done += count
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      return count
    }
  }

  /// Puts the file in the original's place, with its permissions. Throws `marking`; the original is then untouched.
  func commit() throws {
    guard fchmod(descriptor, original.mode) == 0, rename(path, original.path) == 0 else { throw Self.failure(path) }
    isCommitted = true
  }
}

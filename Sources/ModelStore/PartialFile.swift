import Foundation

/// A file that is being fetched: beside its final place, locked against other processes and threads, kept for the next
/// attempt.
final class PartialFile: Sendable {
  let path: String
  private let descriptor: Int32

  /// What is known of the bytes that are there, kept in `path.json`.
  struct Note: Sendable, Hashable, Codable {
    /// Scheme, host and path they came from.
    let source: String
    /// The server's name for this state of the file (a strong ETag, else its date); nil when it gave none.
    let validator: String?
    let total: Int?
  }

  /// Opens or makes the file. Waits while somebody else fetches it, after `onWait` was called once.
  ///
  /// Throws `unwritable`, `diskFull`.
  init(path: String, onWait: () -> Void = {}) throws {
    var hasWaited = false
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard descriptor >= 0 else { throw ModelStoreError.unwritable(path, errno) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        if !hasWaited { onWait() }
        hasWaited = true
        while flock(descriptor, LOCK_EX) != 0 {
          guard errno == EINTR else {
            let number = errno
            close(descriptor)
            throw ModelStoreError.unwritable(path, number)
          }
        }
      }
      // The one who held the lock may have moved the file to its place: then this is no longer the partial file.
      if Self.isSame(descriptor, path) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (mine, there) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino
      && mine.st_dev == there.st_dev
  }

  /// Bytes that are there.
  var size: Int {
    var facts = stat()
    return fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// Throws `unwritable`, `diskFull`.
  func append(_ bytes: [UInt8]) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ModelStoreError.unwritable(path, count < 0 ? errno : EIO) }
      rest.removeFirst(count)
    }
  }

  /// Forgets what is there.
  func empty() throws {
    try? FileManager.default.removeItem(atPath: notePath)
    guard ftruncate(descriptor, 0) == 0 else { throw ModelStoreError.unwritable(path, errno) }
  }

  /// Takes the file away, unless it was taken away or put in its place already: what lies there now is somebody else's.
  func discard() {
    guard Self.isSame(descriptor, path) else { return }
    try? FileManager.default.removeItem(atPath: notePath)
    unlink(path)
  }

  /// Puts the file in its place, all at once.
  func finish(as place: String) throws {
    guard fsync(descriptor) == 0, rename(path, place) == 0 else { throw ModelStoreError.unwritable(place, errno) }
    try? FileManager.default.removeItem(atPath: notePath)
  }

  /// Throws `diskFull` when the disk has not this many bytes left.
  func reserve(_ count: Int) throws {
    var facts = statvfs()
    guard count > 0, fstatvfs(descriptor, &facts) == 0 else { return }
    let (free, isMore) = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
    guard !isMore, free < UInt64(count) else { return }
    throw ModelStoreError(
      .diskFull, "\(path) needs \(count) bytes more, the disk has \(free) left.",
      hint: "Make room, or choose another folder with LIKENESS_HOME or --models-path.")
  }

  // MARK: What is known of the bytes

  private var notePath: String { path + ".json" }

  var note: Note? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: notePath)) else { return nil }
    return try? JSONDecoder().decode(Note.self, from: data)
  }

  /// A note that cannot be written only costs a fresh start later.
  func remember(_ note: Note) {
    try? JSONEncoder().encode(note).write(to: URL(fileURLWithPath: notePath), options: .atomic)
  }
}

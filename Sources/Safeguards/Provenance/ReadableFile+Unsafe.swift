import Foundation

/// A file that is read at any place. Values do not change; any thread may read.
final class ReadableFile: Sendable {
  let path: String
  /// Bytes, when it was opened.
  let size: Int
  /// Permission bits.
  let mode: mode_t
  private let descriptor: Int32

  /// Throws `marking` when it cannot be opened or is no plain file.
  init(path: String) throws {
    // A pipe without a writer must not hold the program up.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure("opened", path) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      close(descriptor)
      throw Self.failure("opened", path)
    }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SafeguardsError(.marking, "\(path) is no plain file.")
    }
    self.path = path
    size = Int(facts.st_size)
    mode = facts.st_mode & 0o777
  }

  deinit { close(descriptor) }

  private static func failure(_ what: String, _ path: String) -> SafeguardsError {
    SafeguardsError(.marking, "\(path) cannot be \(what): \(String(cString: strerror(errno))).")
  }

  /// Fills as much of `buffer` as the file has from `offset` on; returns the number of bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var done = 0
    while done < buffer.count, let start = buffer.baseAddress {
      let count = pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure("read", path) }
      guard count > 0 else { break }
      done += count
    }
    return done
  }

  /// The bytes there are from `offset` on, at most `count`; empty outside the file.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    guard offset >= 0, offset < size, count > 0 else { return [] }
    let count = min(count, size - offset)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }

  /// A big-endian number of `bytes` (1 to 8) bytes; nil where the file ends before, or above `Int.max`.
  func number(at offset: Int, bytes length: Int, isLittleEndian: Bool = false) throws -> Int? {
    let bytes = try bytes(at: offset, count: length)
    guard bytes.count == length else { return nil }
    return Int(exactly: (isLittleEndian ? bytes.reversed() : bytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}

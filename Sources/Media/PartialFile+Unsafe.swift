import Foundation

extension PartialFile {
  /// Writes the whole content at once.
  ///
  /// Throws: diskFull, notWritable, writeFailed.
  func store(_ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    var failure: Int32 = descriptor < 0 ? errno : 0
    bytes.withUnsafeBytes { content in
      var rest = content[...]
      while failure == 0, !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno != EINTR { failure = errno }
        if count > 0 { rest = rest.dropFirst(count) }
      }
    }
    if descriptor >= 0, close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure != 0 else { return }
    let (code, hint) = MediaError.writingCode(errno: failure)
    throw MediaError(code, "Writing '\(finalPath)' failed: \(String(cString: strerror(failure))).", hint: hint)
  }
}

import Crypto
import Foundation

/// SHA-256 of bytes and files as 64 lower-case hex digits.
enum FileDigest {
  static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

  /// Reads the file in pieces of one megabyte.
  static func sha256(path: String) throws -> String {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var hash = SHA256()
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
      return hex(hash.finalize())
    } catch {
      throw ModelStoreError(
        .unreadable, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

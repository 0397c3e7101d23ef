import Crypto
import Foundation

/// Sums of bytes and files: SHA-256 as 64, CRC-32 as 8 lower-case hex digits.
struct FileDigest: Sendable, Hashable {
  let size: Int
  let sha256: String
  let crc32: String

  static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

  static func sha256(path: String) throws -> String {
    var hash = SHA256()
    try forEachPiece(of: path) { hash.update(data: $0) }
    return hex(hash.finalize())
  }

  /// Both sums of a file, in one reading.
  init(path: String) throws {
    var (size, hash, sum) = (0, SHA256(), CRC32())
    try Self.forEachPiece(of: path) { piece in
      size += piece.count
      hash.update(data: piece)
      sum.update([UInt8](piece))
    }
    self.size = size
    sha256 = Self.hex(hash.finalize())
    crc32 = sum.text
  }

  /// Reads the file in pieces of one megabyte.
  private static func forEachPiece(of path: String, _ body: (Data) -> Void) throws {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { body(piece) }
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

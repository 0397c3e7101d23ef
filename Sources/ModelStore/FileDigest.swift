import Crypto
import Foundation

/// What a file's bytes are: how many, and their SHA-256.
public struct FileDigest: Sendable, Hashable, Codable {
  /// 64 lower-case hex digits.
  public let sha256: String
  /// Bytes.
  public let size: Int

  init(sha256: String, size: Int) {
    self.sha256 = sha256
    self.size = size
  }

  /// Reads the file in pieces of one megabyte. Throws ``ModelStoreError`` of code `unreadable`.
  public init(path: String) throws {
    var (size, hash) = (0, SHA256())
    try Self.forEachPiece(of: path) { piece in
      size += piece.count
      hash.update(data: piece)
    }
    self.init(sha256: Self.hex(hash.finalize()), size: size)
  }

  public init(bytes: [UInt8]) {
    self.init(sha256: Self.hex(SHA256.hash(data: bytes)), size: bytes.count)
  }

  static func sha256(_ bytes: [UInt8]) -> String { FileDigest(bytes: bytes).sha256 }

  static func sha256(path: String) throws -> String { try FileDigest(path: path).sha256 }

  /// The digest of a file and its CRC-32 as 8 lower-case hex digits, in one reading.
  static func withCRC32(path: String) throws -> (digest: FileDigest, crc32: String) {
    var (size, hash, sum) = (0, SHA256(), CRC32())
    try forEachPiece(of: path) { piece in
      size += piece.count
      hash.update(data: piece)
      sum.update([UInt8](piece))
    }
    return (FileDigest(sha256: hex(hash.finalize()), size: size), sum.text)
  }

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

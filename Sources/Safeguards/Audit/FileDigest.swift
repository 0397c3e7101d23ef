import Crypto
import Foundation

/// What a file's bytes are: how many, and their SHA-256.
public struct FileDigest: Sendable, Hashable, Codable {
  /// 64 lower-case hex digits.
  public let sha256: String
  /// Bytes.
  public let size: Int

  /// Reads the file in pieces of one megabyte. Throws `storage` when it cannot be read.
  public init(path: String) throws {
    var (size, hash) = (0, SHA256())
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
        size += piece.count
        hash.update(data: piece)
      }
    } catch {
      throw SafeguardsError(.storage, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
    self.size = size
    sha256 = Hex.text(hash.finalize())
  }

  public init(bytes: [UInt8]) {
    size = bytes.count
    sha256 = Hex.text(SHA256.hash(data: bytes))
  }
}

import Crypto
import Foundation

/// The arithmetic of the chain: what is hashed and what is signed.
enum AuditChain {
  /// What stands before the first entry.
  static let start = String(repeating: "0", count: 64)

  /// SHA-256 of the previous hash's 32 bytes followed by the content's bytes. Nil when the hash is none.
  static func hash(previous: String, content: some Sequence<UInt8>) -> String? {
    guard previous.utf8.count == 64, let bytes = Hex.bytes(previous) else { return nil }
    return Hex.text(SHA256.hash(data: bytes + Array(content)))
  }

  /// What an entry's signature signs. Another text than a head's, so that no head can be made from an entry.
  static func entryMessage(number: Int, hash: String) -> String {
    CanonicalJSON.object([
      "hash": .text(hash), "number": .number(Double(number)), "type": .text("likeness audit entry 1"),
    ]).text
  }

  static func headMessage(number: Int, hash: String, time: String) -> String {
    CanonicalJSON.object([
      "hash": .text(hash), "number": .number(Double(number)), "time": .text(time),
      "type": .text("likeness audit head 1"),
    ]).text
  }

  static func sign(_ message: String, _ key: Curve25519.Signing.PrivateKey) throws -> String {
    Hex.text(try key.signature(for: Data(message.utf8)))
  }
}

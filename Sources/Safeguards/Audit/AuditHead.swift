import Crypto
import Foundation

/// The end of the log at some moment, signed: how many entries there are and the hash of the last, in which all others
/// are contained. A head kept elsewhere proves later that nothing before it was changed or taken away.
public struct AuditHead: Sendable, Hashable, Codable {
  /// Of the last entry, so also how many there are.
  public let number: Int
  /// Of the last entry, 64 hex digits.
  public let hash: String
  /// When the last entry was written, RFC 3339.
  public let time: String
  /// The public key that belongs to the signature, 64 hex digits.
  public let key: String
  /// Ed25519, 128 hex digits.
  public let signature: String

  init(number: Int, hash: String, time: String, key: String, signature: String) {
    self.number = number
    self.hash = hash
    self.time = time
    self.key = key
    self.signature = signature
  }

  init(number: Int, hash: String, time: AuditTime, signedBy key: Curve25519.Signing.PrivateKey) throws {
    let message = AuditChain.headMessage(number: number, hash: hash, time: time.text)
    self.init(
      number: number, hash: hash, time: time.text, key: Hex.text(key.publicKey.rawRepresentation),
      signature: try AuditChain.sign(message, key))
  }

  /// Whether this key signed it. The key the head itself names proves nothing about who that is.
  public func isSigned(by key: AuditPublicKey) -> Bool {
    key.isValid(signature, for: AuditChain.headMessage(number: number, hash: hash, time: time))
  }
}

/// The public half of the key that signs a log.
public struct AuditPublicKey: Sendable, Hashable {
  private let bytes: [UInt8]

  /// - Parameter text: PEM (`BEGIN PUBLIC KEY`), or 64 hex digits. Throws `key` when it is neither.
  public init(text: String) throws {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if let key = Ed25519PEM.publicKey(text) {
      bytes = [UInt8](key.rawRepresentation)
    } else if let bytes = Hex.bytes(text.lowercased()), bytes.count == 32 {
      self.bytes = bytes
    } else {
      throw SafeguardsError(
        .key, "This is no public Ed25519 key: \(text.prefix(80)).", hint: "Give PEM or 64 hex digits.")
    }
  }

  /// - Parameter value: 64 hex digits, or the path of a file as ``init(text:)`` reads it. Throws `key`.
  public init(named value: String) throws {
    if let key = try? AuditPublicKey(text: value) {
      self = key
    } else if let data = FileManager.default.contents(atPath: value) {
      try self.init(text: String(decoding: data.prefix(4096), as: UTF8.self))
    } else {
      throw SafeguardsError(.key, "There is no public key \(value): it is no file and no 64 hex digits.")
    }
  }

  init(_ key: Curve25519.Signing.PublicKey) { bytes = [UInt8](key.rawRepresentation) }

  /// 64 hex digits.
  public var hex: String { Hex.text(bytes) }

  /// As `openssl` reads it.
  public var pem: String { key.map(Ed25519PEM.text(of:)) ?? "" }

  func isValid(_ signature: String, for message: String) -> Bool {
    guard let key, let signature = Hex.bytes(signature) else { return false }
    return key.isValidSignature(Data(signature), for: Data(message.utf8))
  }

  private var key: Curve25519.Signing.PublicKey? { try? .init(rawRepresentation: bytes) }
}

import Crypto
import Foundation

/// Ed25519 keys as text: PKCS #8 and SubjectPublicKeyInfo of RFC 8410. Both are a fixed start followed by 32 bytes.
enum Ed25519PEM {
  private static let privateStart: [UInt8] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
  private static let publicStart: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]

  static func text(of key: Curve25519.Signing.PrivateKey) -> String {
    wrapped(privateStart + key.rawRepresentation, "PRIVATE KEY")
  }

  static func text(of key: Curve25519.Signing.PublicKey) -> String {
    wrapped(publicStart + key.rawRepresentation, "PUBLIC KEY")
  }

  static func privateKey(_ text: String) -> Curve25519.Signing.PrivateKey? {
    bytes(text, "PRIVATE KEY", start: privateStart).flatMap { try? .init(rawRepresentation: $0) }
  }

  static func publicKey(_ text: String) -> Curve25519.Signing.PublicKey? {
    bytes(text, "PUBLIC KEY", start: publicStart).flatMap { try? .init(rawRepresentation: $0) }
  }

  private static func wrapped(_ bytes: [UInt8], _ label: String) -> String {
    "-----BEGIN \(label)-----\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
  }

  /// The 32 bytes between the lines of this label; nil when there is anything else.
  private static func bytes(_ text: String, _ label: String, start: [UInt8]) -> [UInt8]? {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    guard lines.count >= 3, lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
      let data = Data(base64Encoded: lines.dropFirst().dropLast().joined()), data.count == start.count + 32,
      Array(data.prefix(start.count)) == start
    else { return nil }
    return Array(data.suffix(32))
  }
}

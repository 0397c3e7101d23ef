import Crypto
import Foundation

/// Makes a signer's certificate of our own: a leaf and the authority that vouches for it, after the certificate profile
/// of the C2PA specification (§14.5) and RFC 5280. Keys are on the curve P-256.
enum CertificateMaker {
  struct Result {
    let key: P256.Signing.PrivateKey
    /// DER, the leaf first, then the authority.
    let chain: [[UInt8]]
  }

  private static let ecdsaWithSHA256 = DER.sequence(DER.identifier([1, 2, 840, 10045, 4, 3, 2]))

  /// The authority's key signs this one leaf and is forgotten, so nobody can ever make a second one.
  ///
  /// Without a time stamp a signature is good as long as its certificate, so it is given thirty years.
  static func make(now: Date = Date()) throws -> Result {
    let (authority, key) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
    let mark = Hex.text(identifier(authority.publicKey).prefix(4))
    let authorityName = name("Likeness, self-made authority \(mark)")
    let validity = DER.sequence(DER.time(now - 86400), DER.time(now + 30 * 365.25 * 86400))
    let root = try certificate(
      issuer: authorityName, subject: authorityName, validity: validity, key: authority.publicKey,
      extensions: [
        add([2, 5, 29, 19], isCritical: true, DER.sequence(DER.boolean(true), DER.integer([0]))),
        // keyCertSign, cRLSign
        add([2, 5, 29, 15], isCritical: true, DER.bits([0x06], unused: 1)),
        subjectKey(authority.publicKey),
      ], signedBy: authority)
    let leaf = try certificate(
      issuer: authorityName, subject: name("Likeness, self-made signer \(mark)"), validity: validity,
      key: key.publicKey,
      extensions: [
        add([2, 5, 29, 19], isCritical: true, DER.sequence()),
        // digitalSignature
        add([2, 5, 29, 15], isCritical: true, DER.bits([0x80], unused: 7)),
        // emailProtection, the purpose that every reader of C2PA takes
        add([2, 5, 29, 37], isCritical: false, DER.sequence(DER.identifier([1, 3, 6, 1, 5, 5, 7, 3, 4]))),
        add([2, 5, 29, 35], isCritical: false, DER.sequence(DER.value(0x80, identifier(authority.publicKey)))),
        subjectKey(key.publicKey),
      ], signedBy: authority)
    return Result(key: key, chain: [leaf, root])
  }

  private static func certificate(
    issuer: [UInt8], subject: [UInt8], validity: [UInt8], key: P256.Signing.PublicKey, extensions: [[UInt8]],
    signedBy authority: P256.Signing.PrivateKey
  ) throws -> [UInt8] {
    var serial = (0..<16).map { _ in UInt8.random(in: 0...255) }
    serial[0] = serial[0] & 0x7f | 0x40
    let content = DER.sequence(
      DER.value(0xa0, DER.integer([2])), DER.integer(serial), ecdsaWithSHA256, issuer, validity, subject,
      [UInt8](key.derRepresentation), DER.value(0xa3, DER.value(0x30, extensions.flatMap { $0 })))
    let signature = try authority.signature(for: content)
    return DER.sequence(content, ecdsaWithSHA256, DER.bits([UInt8](signature.derRepresentation)))
  }

  private static func name(_ common: String) -> [UInt8] {
    func part(_ arcs: [Int], _ text: String) -> [UInt8] {
      DER.set(DER.sequence(DER.identifier(arcs), DER.text(text)))
    }
    return DER.sequence(part([2, 5, 4, 10], "Likeness"), part([2, 5, 4, 3], common))
  }

  private static func add(_ arcs: [Int], isCritical: Bool, _ content: [UInt8]) -> [UInt8] {
    DER.sequence(DER.identifier(arcs), isCritical ? DER.boolean(true) : [], DER.octets(content))
  }

  private static func subjectKey(_ key: P256.Signing.PublicKey) -> [UInt8] {
    add([2, 5, 29, 14], isCritical: false, DER.octets(identifier(key)))
  }

  /// RFC 7093, §2, method 1.
  private static func identifier(_ key: P256.Signing.PublicKey) -> [UInt8] {
    Array(SHA256.hash(data: key.x963Representation).prefix(20))
  }
}

import Crypto
import Foundation
import ModelStore

/// Certificate and key that manifests are signed with.
struct SigningIdentity: Sendable {
  /// The library's name of the algorithm: es256, es384, es512, ed25519, ps256.
  let algorithm: String
  /// PEM, the signer first.
  let chain: String
  /// PEM (PKCS#8).
  let key: String

  /// The operator's, or one of our own, made on first use. Throws `key`, and `storage` when it cannot be made.
  init(policy: SafeguardPolicy.Metadata, home: String) throws {
    switch (policy.certificate, policy.privateKey) {
    case (let certificate?, let key?): self = try Self.operators(certificate: certificate, key: key)
    case (nil, nil): self = try Self.own(home: home)
    default:
      throw SafeguardsError(
        .key, "The policy names only one of metadata.certificate and metadata.private-key.", hint: "Name both, or none."
      )
    }
  }

  private init(algorithm: String, chain: String, key: String) {
    (self.algorithm, self.chain, self.key) = (algorithm, chain, key)
  }

  /// Certificates whose signatures are trusted when a file is read: the operator's and our own, where they are there.
  static func anchors(policy: SafeguardPolicy.Metadata, home: String) -> [String] {
    [policy.certificate, ownPath(home)].compactMap { path in
      let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      return text.flatMap { PEM.blocks($0).last { $0.label == "CERTIFICATE" }?.text }
    }
  }

  // MARK: The operator's

  private static func operators(certificate: String, key: String) throws -> SigningIdentity {
    let chain = PEM.blocks(try text(of: certificate)).filter { $0.label == "CERTIFICATE" }
    guard !chain.isEmpty else {
      throw SafeguardsError(.key, "\(certificate) holds no certificate in PEM.")
    }
    try checkMode(key, allowsGroup: true)
    let keys = PEM.blocks(try text(of: key)).filter { $0.label.hasSuffix("PRIVATE KEY") }
    guard let block = keys.first, block.label == "PRIVATE KEY" else {
      throw SafeguardsError(
        .key, "\(key) holds no private key that can be used (\(keys.first?.label ?? "none at all")).",
        hint: "It has to be PKCS#8 without a password: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW.")
    }
    guard let algorithm = algorithm(of: block.bytes) else {
      throw SafeguardsError(.key, "\(key) is of a kind that C2PA does not know.", hint: "P-256, Ed25519 and RSA work.")
    }
    return SigningIdentity(algorithm: algorithm, chain: chain.map(\.text).joined(), key: block.text)
  }

  private static func text(of path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw SafeguardsError(.key, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }

  /// From the object identifiers at the start of a PKCS#8 key.
  private static func algorithm(of key: [UInt8]) -> String? {
    let known: [(arcs: [Int], name: String)] = [
      ([1, 2, 840, 10045, 3, 1, 7], "es256"), ([1, 3, 132, 0, 34], "es384"), ([1, 3, 132, 0, 35], "es512"),
      ([1, 3, 101, 112], "ed25519"), ([1, 2, 840, 113549, 1, 1, 1], "ps256"),
      ([1, 2, 840, 113549, 1, 1, 10], "ps256"),
    ]
    let start = Array(key.prefix(48))
    return known.first { entry in
      let wanted = DER.identifier(entry.arcs)
      return start.indices.contains { start[$0...].starts(with: wanted) }
    }?.name
  }

  // MARK: Our own

  static func ownPath(_ home: String) -> String { SafeguardsFolder(home: home).path("c2pa.pem") }

  private static func own(home: String) throws -> SigningIdentity {
    let path = ownPath(home)
    if !FileManager.default.fileExists(atPath: path) {
      try SafeguardsFolder(home: home).make()
      let made = try CertificateMaker.make()
      let blocks = made.chain.map { PEM.Block(label: "CERTIFICATE", bytes: $0).text }
      let text = made.key.pemRepresentation + "\n" + blocks.joined()
      try NewFile.make(path) { draft in
        do {
          let file = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
          try file.write(contentsOf: Data(text.utf8))
          try file.close()
        } catch {
          throw SafeguardsError(.storage, "\(path) cannot be written: \(error.localizedDescription)", underlying: error)
        }
      }
    }
    // Another process may have been first, so what counts is what is there.
    try checkMode(path, allowsGroup: false)
    let blocks = PEM.blocks(try text(of: path))
    let chain = blocks.filter { $0.label == "CERTIFICATE" }
    guard let key = blocks.first(where: { $0.label == "PRIVATE KEY" }), chain.count == 2 else {
      throw SafeguardsError(
        .key, "\(path) is damaged.", hint: "Remove it; a new one is made. Older results stay valid, signer unknown.")
    }
    return SigningIdentity(algorithm: "es256", chain: chain.map(\.text).joined(), key: key.text)
  }

  /// Throws `key` when others than the owner (and its group, where that is allowed) may read the file.
  private static func checkMode(_ path: String, allowsGroup: Bool) throws {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      throw SafeguardsError(.key, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    guard facts.st_mode & (allowsGroup ? 0o007 : 0o077) == 0 else {
      throw SafeguardsError(
        .key, "The private key \(path) is readable by others (mode \(String(facts.st_mode & 0o777, radix: 8))).",
        hint: "Run: chmod 600 '\(path)'")
    }
  }
}

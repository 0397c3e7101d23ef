import Crypto
import Foundation
import TestSupport
import Testing

@testable import Safeguards

/// Certificates: our own, the operator's, and a library that is not there.
@Suite struct SigningIdentityTests {
  let folder: TemporaryFolder
  static let hasLibrary = MarkSamples.library != nil

  init() throws { folder = try TemporaryFolder() }

  @Test func ourOwnIsMadeOnceAndForItsOwnerOnly() throws {
    let policy = SafeguardPolicy().metadata
    let first = try SigningIdentity(policy: policy, home: folder.path)
    let path = folder.path("safeguards/c2pa.pem")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    let second = try SigningIdentity(policy: policy, home: folder.path)
    #expect(first.chain == second.chain && first.key == second.key && first.algorithm == "es256")
    #expect(SigningIdentity.anchors(policy: policy, home: folder.path).count == 1)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: SafeguardsError.self) { try SigningIdentity(policy: policy, home: folder.path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try folder.write("nothing", to: "safeguards/c2pa.pem")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let error = #expect(throws: SafeguardsError.self) { try SigningIdentity(policy: policy, home: folder.path) }
    #expect(error?.code == .key && error?.message.contains("damaged") == true)
  }

  /// OpenSSL follows the chain, with the rules for signatures on documents.
  @Test func anotherProgramFollowsTheChain() throws {
    let identity = try SigningIdentity(policy: SafeguardPolicy().metadata, home: folder.path)
    let blocks = PEM.blocks(identity.chain)
    try folder.write(blocks[0].text, to: "leaf.pem")
    try folder.write(blocks[1].text, to: "root.pem")
    let words = try MarkSamples.run(
      "openssl", ["verify", "-x509_strict", "-CAfile", folder.path("root.pem"), folder.path("leaf.pem")])
    #expect(words.contains("OK"))
    let text = try MarkSamples.run("openssl", ["x509", "-noout", "-text", "-in", folder.path("leaf.pem")])
    #expect(text.contains("Digital Signature") && text.contains("E-mail Protection") && text.contains("CA:FALSE"))
    #expect(text.contains("prime256v1"))
    let year = Calendar(identifier: .gregorian).component(.year, from: Date()) + 29
    let seconds = (year - Calendar(identifier: .gregorian).component(.year, from: Date())) * 365 * 86400
    _ = try MarkSamples.run(
      "openssl", ["x509", "-noout", "-checkend", "\(seconds)", "-in", folder.path("leaf.pem")])
  }

  @Test(
    .enabled(if: hasLibrary, "the set-up did not bring libc2pa_c"),
    arguments: [("P-256", "Es256"), ("P-384", "Es384"), ("Ed25519", "Ed25519"), ("RSA", "Ps256")])
  func theOperatorsCertificateSigns(key: String, algorithm: String) throws {
    let policy = try operators(key)
    let path = try folder.write(MarkSamples.bytes("a.png"), to: "a.png")
    let result = try MarkSamples.writer(folder, policy).mark(file: path, record: MarkSamples.record())
    #expect(result.made.contains(.c2pa))
    let known = try ProvenanceReader(
      policy: policy, home: folder.path("home"), environment: MarkSamples.environment
    ).read(path)
    #expect(known.state == .trusted && known.manifest?.algorithm == algorithm)
    #expect(known.manifest?.signer.contains("Studio Signer") == true)
    #expect(try MarkSamples.reader(folder).read(path).state == .valid)
    #expect(!FileManager.default.fileExists(atPath: folder.path("home/safeguards")))
  }

  /// A chain of a root and a signer, made with OpenSSL.
  private func operators(_ kind: String) throws -> SafeguardPolicy.Metadata {
    let make: [String: [String]] = [
      "P-256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
      "P-384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "Ed25519": ["-algorithm", "ED25519"],
      "RSA": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    ]
    func openssl(_ arguments: [String]) throws { _ = try MarkSamples.run("openssl", arguments) }
    let (root, rootKey) = (folder.path("root.pem"), folder.path("root.key"))
    let (key, request, leaf) = (folder.path("signer.key"), folder.path("signer.csr"), folder.path("signer.pem"))
    try openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", rootKey, "-out",
      root, "-subj", "/O=Studio/CN=Studio Root", "-days", "30", "-addext", "keyUsage=critical,keyCertSign",
    ])
    try openssl(["genpkey", "-out", key] + (make[kind] ?? []))
    try openssl(["req", "-new", "-key", key, "-subj", "/O=Studio/CN=Studio Signer", "-out", request])
    let extensions = try folder.write(
      """
      basicConstraints=critical,CA:FALSE
      keyUsage=critical,digitalSignature
      extendedKeyUsage=emailProtection
      authorityKeyIdentifier=keyid
      subjectKeyIdentifier=hash
      """, to: "extensions")
    try openssl([
      "x509", "-req", "-in", request, "-CA", root, "-CAkey", rootKey, "-CAcreateserial", "-days", "20", "-extfile",
      extensions, "-out", leaf,
    ])
    let chain = try [leaf, root].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    var policy = SafeguardPolicy().metadata
    policy.certificate = try folder.write(chain, to: "chain.pem")
    policy.privateKey = key
    return policy
  }

  @Test func anOperatorsKeyThatCannotBeUsedIsNamed() throws {
    var policy = SafeguardPolicy().metadata
    policy.certificate = try folder.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "c.pem")
    func message() -> String? {
      #expect(throws: SafeguardsError.self) { try SigningIdentity(policy: policy, home: folder.path) }?.message
    }
    #expect(message()?.contains("only one of") == true)
    policy.privateKey = folder.path("gone.key")
    #expect(message()?.contains("gone.key") == true)
    policy.privateKey = try folder.write(
      "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", to: "old.key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("old.key"))
    #expect(message()?.contains("EC PRIVATE KEY") == true)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path("old.key"))
    #expect(message()?.contains("readable by others") == true)
    policy.privateKey = try folder.write(
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", to: "odd.key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("odd.key"))
    #expect(message()?.contains("of a kind") == true)
    policy.certificate = policy.privateKey
    #expect(message()?.contains("no certificate") == true)
  }

  @Test func aMissingLibraryEndsTheJobOrWarns() throws {
    let environment = ["LIKENESS_C2PA_PATH": folder.path("none.so")]
    var policy = SafeguardPolicy().metadata
    let error = #expect(throws: SafeguardsError.self) {
      try ProvenanceWriter(policy: policy, home: folder.path, environment: environment)
    }
    #expect(error?.code == .marking && error?.hint?.contains("scripts/setup") == true)
    policy.mode = .warn
    let path = try folder.write(MarkSamples.bytes("a.jpg"), to: "a.jpg")
    let result = try ProvenanceWriter(policy: policy, home: folder.path, environment: environment)
      .mark(file: path, record: MarkSamples.record())
    #expect(result.made == [.xmp, .aigc] && result.warnings.count == 1)
    let finding = try ProvenanceReader(home: folder.path, environment: environment).read(path)
    #expect(finding.state == .unchecked && finding.xmp?.jobID == "job-7 <&>" && finding.problems.count == 1)
  }

  /// A library, but another one.
  @Test func anotherLibraryIsNotTakenForIt() throws {
    let error = #expect(throws: SafeguardsError.self) {
      try C2PALibrary(environment: ["LIKENESS_C2PA_PATH": "libm.so.6"], home: folder.path)
    }
    #expect(error?.message.contains("has no function c2pa_") == true)
  }
}

import Crypto
import Foundation
import Safeguards
import TestSupport
import Testing

@Suite struct KeyFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  private func error(_ body: () throws -> Void) -> SafeguardsError? {
    #expect(throws: SafeguardsError.self, performing: body)
  }

  @Test func theSecretIsMadeOnceAndIsItsOwnersAlone() throws {
    let file = KeyFile(path: folder.path("watermark.key"))
    #expect(!file.exists)
    let first = try file.secret()
    #expect(first.count == 32 && Set(first).count > 8)
    #expect(try file.secret() == first && KeyFile(path: file.path).secret(making: false) == first)
    #expect(try mode(file.path) == 0o600)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data(first))
    #expect(try KeyFile(path: folder.path("other.key")).secret() != first)
    #expect(folder.contents == ["other.key", "watermark.key"])
  }

  @Test func manyAtOnceAgreeOnOneKey() async throws {
    let path = folder.path("race.key")
    let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<32 { group.addTask { try KeyFile(path: path).secret() } }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(keys.count == 1)
    #expect(folder.contents == ["race.key"])
  }

  @Test(arguments: [0, 31, 33, 5000]) func anotherLengthIsNoKey(_ length: Int) throws {
    let path = try folder.write([UInt8](repeating: 7, count: length), to: "k")
    chmod(path, 0o600)
    let error = error { _ = try KeyFile(path: path).secret() }
    #expect(error?.code == .key && error?.hint != nil)
    #expect(error?.message.contains(path) == true)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o666, 0o610]) func whatOthersMayReadIsRefused(_ mode: Int) throws {
    let path = try folder.write([UInt8](repeating: 7, count: 32), to: "k")
    chmod(path, mode_t(mode))
    let error = error { _ = try KeyFile(path: path).secret() }
    #expect(error?.code == .key && error?.hint == "Run: chmod 600 '\(path)'")
    chmod(path, 0o400)
    #expect(try KeyFile(path: path).secret() == [UInt8](repeating: 7, count: 32))
  }

  @Test func whatIsMissingIsNotMadeWhenNotAsked() throws {
    let file = KeyFile(path: folder.path("none"))
    #expect(error { _ = try file.secret(making: false) }?.code == .key)
    #expect(error { _ = try file.signingKey(making: false) }?.code == .key)
    #expect(!file.exists)
    // Neither a folder in its place nor a folder that is missing ends the program.
    #expect(error { _ = try KeyFile(path: folder.path).secret() }?.code == .key)
    #expect(error { _ = try KeyFile(path: folder.path("a/b")).secret() }?.code == .storage)
    #expect(folder.contents.isEmpty)
  }

  @Test func theSigningKeyIsPEMOfRFC8410() throws {
    let file = KeyFile(path: folder.path("audit.key"))
    let key = try file.signingKey()
    #expect(try file.signingKey().rawRepresentation == key.rawRepresentation)
    #expect(try mode(file.path) == 0o600)
    let lines = try String(contentsOfFile: file.path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == "-----BEGIN PRIVATE KEY-----")
    let bytes = try #require(Data(base64Encoded: String(lines[1])))
    #expect(bytes.count == 48 && bytes.suffix(32) == key.rawRepresentation)
    let signature = try key.signature(for: Data("likeness".utf8))
    #expect(key.publicKey.isValidSignature(signature, for: Data("likeness".utf8)))
  }

  /// The example of RFC 8410, section 10.3.
  @Test func theRFCsKeyIsRead() throws {
    let text = """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      -----END PRIVATE KEY-----
      """
    let path = try folder.write(text, to: "k")
    chmod(path, 0o600)
    let key = try KeyFile(path: path).signingKey()
    #expect(key.publicKey.rawRepresentation.base64EncodedString() == "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")
  }

  @Test(arguments: ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
  func whatIsNoSigningKeyIsRefused(_ text: String) throws {
    let path = try folder.write(text, to: "k")
    chmod(path, 0o600)
    #expect(error { _ = try KeyFile(path: path).signingKey() }?.code == .key)
  }

  @Test func theFolderIsItsOwnersAlone() throws {
    let place = SafeguardsFolder(home: folder.path("data/likeness"))
    #expect(place.path == folder.path("data/likeness/safeguards") && place.path("a") == place.path + "/a")
    try place.make()
    try place.make()
    #expect(try mode(place.path) == 0o700)
    chmod(place.path, 0o770)
    #expect(error { try place.make() }?.code == .key)
    try folder.write("file", to: "home/safeguards")
    #expect(error { try SafeguardsFolder(home: folder.path("home")).make() }?.code == .storage)
  }
}

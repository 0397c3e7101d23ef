import Foundation
import TestSupport
import Testing

@testable import Safeguards

/// Whether a piece of code throws a ``SafeguardsError`` of this code that says all of these words.
func throwsSafeguardsError(_ code: SafeguardsError.Code, saying words: [String], _ body: () throws -> Void) -> Bool {
  do {
    try body()
    return false
  } catch let error as SafeguardsError {
    return error.code == code && words.allSatisfy { error.description.contains($0) }
  } catch {
    return false
  }
}

@Suite struct PolicyFileTests {
  private func policy(_ text: String) throws -> SafeguardPolicy { try PolicyFile.policy(text: text, name: "x.toml") }

  /// A policy whose every field has another value than usual.
  private static let everything = """
    [content]
    mode = "warn"
    threshold = 0.75
    share = 0
    [similarity]
    mode = "required"
    min-similarity = -0.5
    max-similarity = 1
    [protected]
    mode = "off"
    registry = "/var/protected.sqlite"
    distance = 0.25
    [minors]
    mode = "warn"
    age = 21
    [consent]
    mode = "required"
    [watermark]
    mode = "warn"
    key = "/etc/w.key"
    [metadata]
    mode = "off"
    certificate = "/etc/c.pem"
    private-key = "/etc/p.pem"
    producer = "Österreichisches Studio"
    [label]
    mode = "required"
    text = "KI-erzeugt"
    corner = "bottom-right"
    size = 0.1
    seconds = 0
    [audit]
    mode = "warn"
    database = "/var/a.sqlite"
    key = "/etc/a.key"
    retention-days = 90
    """

  private static var everythingElse: SafeguardPolicy {
    var policy = SafeguardPolicy()
    policy.content = .init(mode: .warn, threshold: 0.75, share: 0)
    policy.similarity = .init(mode: .required, minimum: -0.5, maximum: 1)
    policy.protected = .init(mode: .off, registry: "/var/protected.sqlite", distance: 0.25)
    policy.minors = .init(mode: .warn, age: 21)
    policy.consent.mode = .required
    policy.watermark = .init(mode: .warn, key: "/etc/w.key")
    policy.metadata = .init(
      mode: .off, certificate: "/etc/c.pem", privateKey: "/etc/p.pem", producer: "Österreichisches Studio")
    policy.label = .init(mode: .required, text: "KI-erzeugt", corner: .bottomRight, size: 0.1, seconds: 0)
    policy.audit = .init(mode: .warn, database: "/var/a.sqlite", key: "/etc/a.key", retentionDays: 90)
    return policy
  }

  @Test func everyFieldCanBeSet() throws {
    #expect(try policy(PolicyFileTests.everything) == PolicyFileTests.everythingElse)
  }

  /// The keys of the policy's JSON are those of the file, neither more nor fewer.
  @Test func noFieldIsForgotten() throws {
    let json = try JSONDecoder().decode(
      [String: [String: JSONValue]].self, from: Data(PolicyFileTests.everythingElse.canonicalJSON.utf8))
    let fields = json.flatMap { section, keys in keys.keys.map { "\(section).\($0)" } }
    #expect(fields.sorted() == PolicyKey.all.map { "\($0.section).\($0.name)" }.sorted())
    #expect(Set(fields).count == PolicyKey.all.count)
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    #expect(try policy("") == SafeguardPolicy())
    var expected = SafeguardPolicy()
    expected.content.threshold = 1
    #expect(try policy("[content]\nthreshold = 1\n") == expected)
  }

  @Test func theExampleShowsTheDefaults() throws {
    let package = try #require(TestPaths.package())
    let path = "\(package)/Documentation/likeness-policy.toml"
    #expect(try PolicyFile.read(path) == SafeguardPolicy())
    // What stands there as a comment is allowed too.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let whole = text.split(separator: "\n").map { line in
      line.hasPrefix("# ") && line.contains(" = ") && !line.hasPrefix("# mode") ? line.dropFirst(2) : line
    }.joined(separator: "\n")
    let full = try policy(whole)
    #expect(full.similarity.minimum == 0.1 && full.similarity.maximum == 0.9 && full.audit.retentionDays == 365)
    #expect(full.protected.registry != nil && full.watermark.key != nil && full.metadata.producer != nil)
  }

  @Test(
    arguments: [
      ("[contents]\nmode = \"off\"", ["contents", "content, similarity"]),
      ("content = \"off\"", ["content is \"off\"", "[content]"]),
      ("mode = \"off\"", ["\"mode\"", "no part of a policy"]),
      ("[content]\nMode = \"off\"", ["content", "\"Mode\"", "mode, threshold, share"]),
      ("[content]\nmode = \"none\"", ["content.mode is \"none\"", "\"required\", \"warn\", \"off\""]),
      ("[content]\nmode = false", ["content.mode is false"]),
      ("[content]\nthreshold = 1.01", ["content.threshold is 1.01", "0 to 1"]),
      ("[content]\nthreshold = -1", ["content.threshold is -1"]),
      ("[content]\nthreshold = nan", ["content.threshold is"]),
      ("[content]\nshare = \"0.1\"", ["content.share is \"0.1\"", "a number, 0 to 1"]),
      ("[content]\nshare = [0.1]", ["content.share is of the type array"]),
      ("[similarity]\nmin-similarity = -1.5", ["similarity.min-similarity is -1.5", "-1 to 1"]),
      ("[similarity]\nmin-similarity = 0.6\nmax-similarity = 0.5", ["0.6", "0.5", "min-similarity"]),
      ("[minors]\nage = 17.5", ["minors.age is 17.5", "whole number, 0 to 99"]),
      ("[minors]\nage = 100", ["minors.age is 100"]),
      ("[protected]\nregistry = \"here.sqlite\"", ["protected.registry is \"here.sqlite\"", "begins with /"]),
      ("[metadata]\ncertificate = \"/c.pem\"", ["metadata.private-key is missing"]),
      ("[metadata]\nprivate-key = \"/c.pem\"", ["metadata.certificate is missing"]),
      ("[metadata]\nproducer = \"\"", ["metadata.producer is \"\""]),
      ("[label]\ntext = \"a\\nb\"", ["label.text", "one line"]),
      ("[label]\ntext = \"   \"", ["label.text"]),
      ("[label]\nsize = 0.04", ["label.size is 0.04", "0.05 to 0.5"]),
      ("[label]\ncorner = \"middle\"", ["label.corner is \"middle\"", "\"top-left\""]),
      ("[audit]\nretention-days = 0", ["audit.retention-days is 0", "1 to 36500"]),
      ("[content", ["x.toml, line 1"]),
      ("[content]\nmode = \"off\"\nmode = \"warn\"", ["x.toml, line 3"]),
    ] as [(String, [String])])
  func mistakesAreNamed(text: String, words: [String]) {
    #expect(throwsSafeguardsError(.policy, saying: words + ["x.toml"]) { _ = try policy(text) })
  }

  // MARK: - Which file

  @Test func theOperatorsFileComesFirst() throws {
    let folder = try TemporaryFolder()
    let operators = try folder.write("[minors]\nage = 21\n", to: "etc.toml")
    let users = try folder.write("[content]\nmode = \"off\"\n", to: "user.toml")
    let loaded = try PolicyFile.load(operatorPath: operators, environment: ["LIKENESS_POLICY": users])
    #expect(loaded.policy.minors.age == 21 && loaded.policy.content.mode == .required)
    #expect(loaded.origin == .file(operators) && loaded.origin.description == operators)
    #expect(loaded.warnings.count == 1 && loaded.warnings[0].contains("LIKENESS_POLICY is ignored"))
  }

  @Test func withoutAnOperatorsFileTheEnvironmentNamesIt() throws {
    let folder = try TemporaryFolder()
    let users = try folder.write("[content]\nmode = \"off\"\n", to: "user.toml")
    let missing = folder.path("none.toml")
    let loaded = try PolicyFile.load(operatorPath: missing, environment: ["LIKENESS_POLICY": users])
    #expect(loaded.policy.content.mode == .off && loaded.origin == .file(users))
    #expect(loaded.warnings == ["The safeguards are weaker than usual: content.mode is off, usually required."])
    for environment in [[:], ["LIKENESS_POLICY": ""]] {
      let usual = try PolicyFile.load(operatorPath: missing, environment: environment)
      #expect(usual.policy == SafeguardPolicy() && usual.origin == .builtIn && usual.warnings.isEmpty)
    }
  }

  @Test func aFileThatIsNamedMustBeReadable() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path("none.toml")
    func load(_ path: String) throws {
      _ = try PolicyFile.load(operatorPath: missing, environment: ["LIKENESS_POLICY": path])
    }
    #expect(throwsSafeguardsError(.policy, saying: [missing, "no such file", "LIKENESS_POLICY"]) { try load(missing) })
    #expect(throwsSafeguardsError(.policy, saying: [folder.path, "folder"]) { try load(folder.path) })
    let latin = try folder.write([0x5B, 0xE4, 0x5D], to: "latin.toml")
    #expect(throwsSafeguardsError(.policy, saying: [latin, "UTF-8"]) { try load(latin) })
    let long = try folder.write([UInt8](repeating: 10, count: 1 << 20 | 1), to: "long.toml")
    #expect(throwsSafeguardsError(.policy, saying: [long, "1048576 bytes"]) { try load(long) })
  }

  /// A link to nowhere in the operator's place is a mistake of the operator, not an invitation.
  @Test func aBrokenOperatorsFileIsNoReasonToTakeAnother() throws {
    let folder = try TemporaryFolder()
    let link = folder.path("etc.toml")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("gone.toml"))
    let users = try folder.write("", to: "user.toml")
    #expect(
      throwsSafeguardsError(.policy, saying: [link]) {
        _ = try PolicyFile.load(operatorPath: link, environment: ["LIKENESS_POLICY": users])
      })
  }

  @Test func aFileThatOthersCanChangeIsMentioned() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", to: "etc.toml")
    for (mode, count) in [(0o644, 0), (0o600, 0), (0o664, 1), (0o602, 1)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let warnings = try PolicyFile.load(operatorPath: path, environment: [:]).warnings
      #expect(warnings.count == count && warnings.allSatisfy { $0.contains(String(mode, radix: 8)) })
    }
  }

  // MARK: - Hash and weakness

  @Test func theHashDependsOnTheValuesOnly() throws {
    let one = try policy("[content]\nthreshold = 0.5\nshare = 0.2\n[minors]\nage = 16\n")
    let same = try policy("# a comment\n[minors]\nage = 0x10\n[content]\nshare = 0.20\nthreshold = 5e-1\n")
    #expect(try one.hash == same.hash)
    #expect(try one.hash != SafeguardPolicy().hash)
    #expect(try one.hash.count == 64)
    let json = try SafeguardPolicy().canonicalJSON
    #expect(json.hasPrefix(#"{"audit":{"mode":"required"},"consent":{"mode":"warn"},"content":{"#))
    #expect(json.contains(#""content":{"mode":"required","share":0.1,"threshold":0.8}"#))
    #expect(try JSONDecoder().decode(SafeguardPolicy.self, from: Data(json.utf8)) == SafeguardPolicy())
  }

  @Test func whatIsWeakerIsNamed() throws {
    #expect(SafeguardPolicy().weakerThanDefault.isEmpty)
    let stricter = try policy(
      """
      [content]
      threshold = 0.5
      share = 0
      [similarity]
      mode = "required"
      min-similarity = 0.1
      [minors]
      age = 21
      [label]
      mode = "warn"
      [protected]
      distance = 0.4
      """)
    #expect(stricter.weakerThanDefault.isEmpty)
    let weaker = try policy(
      "[content]\nthreshold = 0.9\nshare = 0.2\n[similarity]\nmode = \"off\"\n[minors]\nage = 16\n[protected]\ndistance = 0.2\n[audit]\nmode = \"warn\"\n"
    )
    #expect(
      weaker.weakerThanDefault == [
        "similarity.mode is off, usually warn", "audit.mode is warn, usually required",
        "content.threshold is 0.9, usually 0.8", "content.share is 0.2, usually 0.1",
        "protected.distance is 0.2, usually 0.3", "minors.age is 16, usually 18",
      ])
  }
}

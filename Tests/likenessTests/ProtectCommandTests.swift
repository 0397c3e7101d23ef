import Foundation
import TestSupport
import Testing

/// `likeness protect`, with a policy of its own. An operator's policy would come first, so there is nothing to test then.
@Suite(
  .enabled(
    if: !FileManager.default.fileExists(atPath: "/etc/likeness/likeness-policy.toml"), "an operator's policy is there"),
  .serialized)
struct ProtectCommandTests {
  private struct Entry: Decodable {
    let id: Int
    let name: String
    let note: String
    let recognizers: [String: Int]
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      [protected]
      registry = "\(folder.path("people.sqlite"))"
      [audit]
      database = "\(folder.path("audit.sqlite"))"
      """, to: "policy.toml")
  }

  private func protect(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["protect"] + arguments, environment: ["LIKENESS_POLICY": folder.path("policy.toml")])
  }

  private func list() throws -> [Entry] {
    let outcome = try protect("list", "--json")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode([Entry].self, from: Data(outcome.output.utf8))
  }

  @Test func peopleComeAndGo() throws {
    #expect(try list().isEmpty)
    let added = try protect("add", "Ada", Sample.collins, Sample.collins, "--note", "asked in writing")
    try #require(added.status == 0, "\(added.errors)")
    #expect(added.output.contains("1: Ada is protected"))
    let entry = try #require(try list().first)
    #expect(entry.name == "Ada" && entry.note == "asked in writing")
    #expect(entry.recognizers["dlib_face_recognition_resnet_v1"] == 2)
    let table = try protect("list").output
    #expect(table.contains("Ada") && table.contains("asked in writing"))
    #expect(try protect("remove", "1").output.contains("Ada is no longer protected"))
    #expect(try list().isEmpty)
    #expect(folder.contents.contains("people.sqlite"))
    let log = try Program.run(["audit", "list"], environment: ["LIKENESS_POLICY": folder.path("policy.toml")])
    #expect(log.output.components(separatedBy: "protection").count == 3, "\(log.output)")
  }

  @Test func mistakesAreNamed() throws {
    let wall = try Material.shared.get().wall
    for (arguments, words) in [
      (["add", "Ada"], "photos"), (["add", "Ada", "/nowhere/at/all.jpg"], "/nowhere/at/all.jpg"),
      (["add", "Ada", wall], wall), (["remove", "7"], "7"), (["remove", "Ada"], "Ada"), (["forget"], "forget"),
    ] {
      let outcome = try Program.run(
        ["protect"] + arguments, environment: ["LIKENESS_POLICY": folder.path("policy.toml")])
      #expect(outcome.status != 0 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    #expect(try list().isEmpty)
  }

  @Test func aBadPolicyEndsItBeforeItBegins() throws {
    try folder.write("[protected]\nmode = \"maybe\"\n", to: "policy.toml")
    let outcome = try protect("list")
    #expect(outcome.status != 0 && outcome.errors.contains("protected.mode is \"maybe\""), "\(outcome.errors)")
  }
}

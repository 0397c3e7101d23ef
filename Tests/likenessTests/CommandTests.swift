import Foundation
import TestSupport
import Testing

/// The commands as a user starts them.
@Suite struct CommandTests {
  @Test func helpIsTheFrozenText() throws {
    let outcome = try Program.run(["run", "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output == HelpSnapshot.run, "Copy the new text into HelpSnapshot when the change is meant.")
  }

  @Test(arguments: ["run", "headless-run", "cli", "faces", "benchmark"])
  func everyCommandHasHelp(command: String) throws {
    let outcome = try Program.run([command, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("likeness \(command) "))
    #expect(outcome.errors.isEmpty)
  }

  @Test func versionAndUnknownCommands() throws {
    #expect(try Program.run(["--version"]).output.hasPrefix("Likeness "))
    let outcome = try Program.run(["swop"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("swop"))
  }

  @Test func probePrintsLinesAndJSON() throws {
    let lines = try Program.run(["probe", Sample.hopper])
    #expect(lines.output.contains("512x600"))
    let json = try Program.run(["probe", Sample.hopper, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["kind"] as? String == "picture")
  }

  @Test func facesPrintsPointsAndDraws() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["faces", Sample.collins, "--draw", folder.path("drawn.png")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let faces = try #require(object?["faces"] as? [[String: Any]])
    #expect(faces.count == 1)
    #expect((faces[0]["landmarks5"] as? [[Double]])?.count == 5)
    #expect((faces[0]["landmarks68"] as? [[Double]])?.count == 68)
    #expect((faces[0]["identity"] as? [Double])?.count == 128)
    #expect(faces[0]["angle"] as? Int == 0)
    #expect(folder.contents == ["drawn.png"])
  }

  @Test func modelsAreListedAndWhole() throws {
    let outcome = try Program.run(["models", "verify", "--json"])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("\"verified\""))
  }

  @Test func parityComparesAGoldenCase() throws {
    let package = try #require(TestPaths.package())
    let fixture = package + "/Tests/ProcessorsTests/Fixtures/mesh_swap/collins_on_hopper_112"
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["parity", fixture, "--out", folder.path])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(folder.contents.contains("result.bin"))
    // A case whose expected result is another one is beyond its tolerance.
    let changed = folder.path("changed")
    try FileManager.default.copyItem(atPath: fixture, toPath: changed)
    let bytes = [UInt8](repeating: 0, count: 112 * 112 * 3)
    try Data(bytes).write(to: URL(fileURLWithPath: changed + "/result.bin"))
    #expect(try Program.run(["parity", changed, "--out", folder.path("out")]).status == 1)
  }

  @Test func parityRefusesUnknownGroups() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"id": "x", "group": "dance", "inputs": [], "outputs": []}"#, to: "case.json")
    let outcome = try Program.run(["parity", folder.path, "--out", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("dance"))
  }

  @Test func theContainerScriptsNamesAndTheConfigFileWork() throws {
    let folder = try TemporaryFolder()
    let material = try Material.shared.get()
    try folder.write("[output_creation]\noutput_image_quality = 200\n", to: "facefusion.ini")
    let arguments = ["cli", "--source", Sample.hopper, "--target", material.wall, "--output", folder.path("o.png")]
    let refused = try Program.run(arguments, in: folder.path)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("facefusion.ini") && refused.errors.contains("0 to 100"))
    try folder.write("[misc]\nlog_level = error\n", to: "likeness.ini")
    let report = folder.path("r.json")
    let done = try Program.run(arguments + ["--report", report], in: folder.path)
    #expect(done.status == 0)
    #expect(done.errors.isEmpty)
    let object =
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: report))) as? [String: Any]
    for key in ["frames", "faces_swapped", "frames_without_face", "fps", "seconds", "stages", "peak_memory_mb"] {
      #expect(object?[key] != nil, "\(key)")
    }
  }
}

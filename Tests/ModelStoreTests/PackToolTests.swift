import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct PackToolTests {
  private func tool(_ script: String, in folder: TemporaryFolder) throws -> PackTool {
    let path = try folder.write("#!/bin/sh\n" + script + "\n", to: "Tools/open-pack/open-pack")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return try PackTool.locate(environment: ["LIKENESS_TOOLS": folder.path("Tools")], executable: "/nowhere/x")
  }

  @Test func handsOnEveryLineAndTheHome() throws {
    let folder = try TemporaryFolder()
    let tool = try tool("echo one; echo two >&2; printf \"$LIKENESS_HOME\"", in: folder)
    var lines: [String] = []
    let status = try tool.run(home: "/the/home") { lines.append($0) }
    #expect(status == 0)
    #expect(lines == ["one", "two", "/the/home"])
  }

  @Test func givesTheStatusOfAFailure() throws {
    let folder = try TemporaryFolder()
    let tool = try tool("echo broken; exit 3", in: folder)
    let store = try ModelStore(home: folder.path)
    var lines: [String] = []
    let error = try #require(throws: ModelStoreError.self) { try store.makeOpenPack(tool: tool) { lines.append($0) } }
    #expect(error.code == .toolFailed)
    #expect(error.message.contains("status 3"))
    #expect(lines == ["broken"])
  }

  @Test func namesTheOptionalFilesThatAreWanted() throws {
    let folder = try TemporaryFolder()
    let tool = try tool("echo \"$@\"", in: folder)
    let store = try ModelStore(home: folder.path)
    var lines: [String] = []
    let entries = try ["centerface", "realesrgan-x4plus", "inswapper_128"].map {
      try store.catalogue.entry(.init(rawValue: $0))
    }
    try store.makeOpenPack(with: entries, tool: tool) { lines.append($0) }
    try store.makeOpenPack(tool: tool) { lines.append($0) }
    #expect(lines == ["--with realesrgan-x4plus", ""])
  }

  @Test func isFoundAboveTheProgram() throws {
    let folder = try TemporaryFolder()
    let path = try tool("", in: folder).path
    let found = try PackTool.locate(environment: [:], executable: folder.path(".build/x/release/likeness"))
    #expect(found.path == path)
  }

  @Test func saysWhatToRunWhenItIsNotThere() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: ModelStoreError.self) {
      try PackTool.locate(environment: ["LIKENESS_TOOLS": folder.path], executable: "/nowhere/x")
    }
    #expect(error.code == .toolMissing)
    #expect(error.hint?.contains("./scripts/setup") == true)
  }

  /// Two committed lists name the files of the pack; neither may be changed alone.
  @Test func theConvertersListAgreesWithTheCatalogue() throws {
    struct Pack: Decodable {
      struct File: Decodable {
        let id: String
        let path: String
        let sha256: String
      }
      let files: [File]
    }
    let package = try #require(TestPaths.package())
    let data = try Data(contentsOf: URL(fileURLWithPath: package + "/Tools/open-pack/pack.json"))
    let files = try JSONDecoder().decode(Pack.self, from: data).files.filter { $0.path.hasPrefix("models/") }
    let entries = try Catalogue.open().entries.filter { $0.origin == .pack }
    #expect(Set(files.map(\.id)) == Set(entries.map(\.id)))
    for file in files {
      let entry = try #require(entries.first { $0.id == file.id })
      #expect(file.path == "models/" + entry.file)
      #expect(file.sha256 == entry.sha256, "\(file.id)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// `likeness models`, without a network.
@Suite struct ModelsCommandTests {
  private struct Row: Decodable {
    let id: String
    let pack: String
    let role: String
    let state: String
    let optional: Bool
    let commercialUse: Bool
    let urls: [String]
  }

  private func list(_ arguments: String...) throws -> [Row] {
    let outcome = try Program.run(["models", "list", "--json"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([Row].self, from: Data(outcome.output.utf8))
  }

  @Test func listsByPackAndRole() throws {
    let all = try list()
    #expect(Set(all.map(\.pack)) == ["open", "facefusion"])
    let swappers = try list("--role", "face_swapper", "--pack", "facefusion")
    #expect(swappers.count == 13 && swappers.allSatisfy { $0.role == "face_swapper" && $0.optional })
    let inswapper = try #require(swappers.first { $0.id == "inswapper_128" })
    #expect(!inswapper.commercialUse && inswapper.urls.count == 3)
    #expect(all.filter { !$0.optional }.allSatisfy { $0.pack == "open" && $0.commercialUse })
  }

  @Test func theTableShowsWhatIsNotForSale() throws {
    let text = try Program.run(["models", "list", "--role", "face_swapper"]).output
    let lines = text.split(separator: "\n")
    #expect(lines.first { $0.hasPrefix("inswapper_128 ") }?.contains("NON-COMMERCIAL") == true)
    #expect(lines.first { $0.hasPrefix("ghost_1_256 ") }?.contains("NON-COMMERCIAL") == false)
  }

  @Test(arguments: [["--role", "face"], ["--pack", "closed"], ["--models-path", "/nowhere/at/all"]])
  func aFilterThatIsNoneIsRefused(arguments: [String]) throws {
    let outcome = try Program.run(["models", "list"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(arguments[1]), "\(outcome.errors)")
  }

  @Test func aRestrictedLicenceHasToBeAcceptedFirst() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["models", "pull", "inswapper_128", "--models-path", folder.path])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("Non-Commercial") && outcome.errors.contains("--accept-licence"))
    #expect(folder.contents.isEmpty)
  }

  @Test(arguments: [
    (["pull", "inswaper_128"], "inswapper_128"), (["pull", "inswapper_128", "--pack", "open"], "--pack"),
    (["pull", "gfpgan_1.4", "--download-providers", "gitlab"], "gitlab"), (["verify", "nobody"], "nobody"),
  ])
  func aWrongWordIsRefused(arguments: [String], words: String) throws {
    let outcome = try Program.run(["models"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func verifyMissesWhatIsNamedAndFindsWhatIsWrong() throws {
    let folder = try TemporaryFolder()
    let missing = try Program.run(["models", "verify", "gfpgan_1.4", "--models-path", folder.path])
    #expect(missing.status == 5 && missing.output.contains("missing"))
    try folder.write("<html></html>", to: "gfpgan_1.4.onnx")
    let page = try Program.run(["models", "verify", "gfpgan_1.4", "--models-path", folder.path])
    #expect(page.status == 5 && page.output.contains("web page"))
    try folder.write([8, 8, 18, 0], to: "gfpgan_1.4.onnx")
    #expect(try Program.run(["models", "verify", "gfpgan_1.4", "--models-path", folder.path]).status == 0)
    try folder.write([8, 9, 18, 0], to: "gfpgan_1.4.onnx")
    let changed = try Program.run(["models", "verify", "gfpgan_1.4", "--models-path", folder.path])
    #expect(changed.status == 5 && changed.output.contains("wrong SHA-256"))
  }
}

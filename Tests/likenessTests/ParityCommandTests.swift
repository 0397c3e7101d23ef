import Foundation
import TestSupport
import Testing

/// `likeness parity`, and the golden cases that only the whole program can run.
@Suite struct ParityCommandTests {
  /// Whole runs and media tables of the kit, where it lies beside the package.
  static let kit = (TestPaths.shared("parity/cases").map(ParityCase.folders) ?? []).filter { folder in
    ["end_to_end", "media"].contains((try? ParityCase(folder: folder))?.group)
  }

  @Test("Golden cases of whole runs and media", arguments: kit)
  func kitCase(folder: String) throws {
    let out = try TemporaryFolder()
    let outcome = try Program.run(["parity", folder, "--out", out.path])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(!out.contents.isEmpty)
  }

  @Test(.enabled(if: kit.isEmpty, "the kit lies beside the package"))
  func theKitIsNotHere() {
    print("parity | ../shared/parity/cases is not here; whole runs and media tables were not compared.")
  }

  @Test func aCaseThatNobodyCanRunIsAnErrorThatSaysSo() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"id": "own", "group": "knitting", "inputs": [], "outputs": []}"#, to: "case/case.json")
    let outcome = try Program.run(["parity", folder.path("case"), "--out", folder.path("out")])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("knitting"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test func aMissingCaseIsAnErrorThatNamesTheFolder() throws {
    let outcome = try Program.run(["parity", "/nowhere/at/all", "--out", "/nowhere/out"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("/nowhere/at/all"))
  }
}

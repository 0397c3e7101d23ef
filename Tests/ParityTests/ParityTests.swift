import Foundation
import Parity
import TestSupport
import Testing

/// Every golden case through the program's own steps.
@Suite struct ParityTests {
  /// Cases made for this repository.
  static let own = ParityCase.folders(in: TestPaths.fixture("cases"))
  /// The kit, where it lies beside the package, without the groups that only the command can run: those are in its own
  /// tests.
  static let kit = (TestPaths.shared("parity/cases").map(ParityCase.folders) ?? []).filter { folder in
    !["end_to_end", "media"].contains((try? ParityCase(folder: folder))?.group)
  }

  @Test("Golden cases of the kit beside the package", arguments: kit)
  func kitCase(folder: String) throws { try check(folder) }

  @Test(.enabled(if: kit.isEmpty, "the kit lies beside the package"))
  func theKitIsNotHere() {
    print("parity | ../shared/parity/cases is not here; only the cases of the repository were run.")
  }

  @Test("Golden cases of the repository", arguments: own)
  func ownCase(folder: String) throws { try check(folder) }

  private func check(_ folder: String) throws {
    let parityCase = try ParityCase(folder: folder)
    guard ParityGroups.group(named: parityCase.group) != nil else {
      Issue.record("no group runs \(parityCase.group) (\(parityCase.id))")
      return
    }
    for result in try ParityGroups.run(ParityRun(parityCase)).compare(with: parityCase) {
      #expect(result.complaints.isEmpty, "\(parityCase.id) \(result.name): \(result.complaints)")
    }
  }
}

import Foundation
import GRDB
import Safeguards
import TestSupport
import Testing

/// One bit of the file changes: either `verify` finds it, or nothing the log says has changed.
@Suite struct AuditDamageTests {
  /// Everything the log says, and what keeps it.
  private func content(_ policy: SafeguardPolicy.Audit, _ folder: SafeguardsFolder) throws -> [String] {
    var lines: [String] = []
    try AuditLog(reading: policy, folder: folder).export { lines.append($0) }
    return lines
  }

  @Test(arguments: 0..<4) func anyBit(_ seed: UInt64) throws {
    let fixture = try AuditFixture.filled()
    let whole = try content(fixture.copyOfFile("whole.sqlite"), fixture.place)
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.folder.path("whole.sqlite"))))
    let used = file.indices.filter { file[$0] != 0 }
    var random = SeededGenerator(seed: 100 + seed)
    var (found, harmless) = (0, 0)
    for step in 0..<40 {
      var bytes = file
      // Every other one where there is something, for most of a page is empty.
      let place =
        step.isMultiple(of: 2) ? bytes.indices.randomElement(using: &random)! : used.randomElement(using: &random)!
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      var policy = SafeguardPolicy().audit
      policy.database = try fixture.folder.write(bytes, to: "damaged.sqlite")
      defer { for end in ["-wal", "-shm"] { unlink(policy.database! + end) } }
      // A file that cannot even be opened is found too.
      let isIntact = (try? AuditLog(reading: policy, folder: fixture.place).verify().isIntact) ?? false
      if isIntact {
        harmless += 1
        let after = try content(policy, fixture.place)
        #expect(after == whole, "byte \(place)")
      } else {
        found += 1
      }
    }
    #expect(found >= 10 && harmless >= 1)
  }

  @Test func aFileThatIsCutOff() throws {
    let fixture = try AuditFixture.filled()
    for share in [0.1, 0.5, 0.9] {
      let policy = try fixture.copyOfFile("cut.sqlite") { $0.removeLast(Int(Double($0.count) * share)) }
      let isIntact = (try? AuditLog(reading: policy, folder: fixture.place).verify().isIntact) ?? false
      #expect(!isIntact)
    }
  }

  @Test func bytesOfAnEntryAreNamed() throws {
    let fixture = try AuditFixture.filled()
    let text = Array(#""event":"refused""#.utf8)
    let policy = try fixture.copyOfFile("damaged.sqlite") { bytes in
      // The last one lies in the index, if it is not the entry's.
      let places = bytes.indices.dropLast(text.count).filter { Array(bytes[$0..<$0 + text.count]) == text }
      for place in places { bytes[place + 9] ^= 1 }
    }
    let found = try AuditLog(reading: policy, folder: fixture.place).verify().findings
    #expect(found.contains { $0.kind == .changed && $0.entry == 5 && $0.detail.contains("content") })
  }
}

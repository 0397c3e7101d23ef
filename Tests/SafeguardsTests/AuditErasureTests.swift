import Foundation
import GRDB
import Safeguards
import TestSupport
import Testing

@Suite struct AuditErasureTests {
  /// Every byte of every file of the log.
  private func bytes(_ fixture: AuditFixture) throws -> Data {
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.place.path)
    return try names.filter { $0.hasPrefix("audit.sqlite") }.reduce(into: Data()) {
      $0 += try Data(contentsOf: URL(fileURLWithPath: fixture.place.path($1)))
    }
  }

  @Test func whatIsErasedIsGoneAndTheChainHolds() throws {
    let fixture = try AuditFixture.filled()
    let salts = try DatabaseQueue(path: fixture.path).read {
      try String.fetchAll($0, sql: "SELECT salt FROM personal WHERE entry IN (2, 4, 6)")
    }
    #expect(salts.count == 18)
    let before = try fixture.log.list()
    for text in ["I, Ada, may use", "/home/ada/a.png", salts[0]] {
      #expect(try bytes(fixture).firstRange(of: Data(text.utf8)) != nil)
    }
    let record = try #require(try fixture.log.erase(entries: [6, 2, 4], reason: "asked for"))
    #expect(record.number == 7 && record.entry.event == .erased)
    #expect(record.entry.erasure?.entries == [2...2, 4...4, 6...6] && record.entry.erasure?.reason == "asked for")

    let after = try bytes(fixture)
    for text in ["I, Ada, may use", "/home/ada/a.png"] + salts {
      #expect(after.firstRange(of: Data(text.utf8)) == nil, "\(text)")
    }
    let verification = try fixture.verify()
    #expect(verification.isIntact && verification.erasedEntries == 3)
    let entries = try fixture.log.list()
    #expect(entries.map(\.hash).prefix(6) == before.map(\.hash)[...])
    #expect(entries[1].entry.consent?.text == nil && entries[1].entry.actor?.user?.text == nil)
    #expect(entries[1].entry.consent?.commitment == before[1].entry.consent?.commitment)
    #expect(entries[1].entry.inputs[0].sha256 == before[1].entry.inputs[0].sha256)
    // The others have theirs.
    #expect(entries[2] == before[2] && entries[4].entry.failure?.message.text == "/home/ada/target.png was refused.")
    #expect(entries[1].entry.consent?.shown == "(erased)")
    // And it goes on.
    try fixture.log.append(AuditEntry(.policy))
    #expect(try fixture.verify().isIntact)
  }

  @Test func byFilter() throws {
    let fixture = try AuditFixture.filled()
    var filter = AuditFilter()
    filter.naming = "target.png"
    #expect(try fixture.log.erase(filter, reason: "asked for")?.entry.erasure?.entries == [5...5])
    #expect(try fixture.log.erase(filter, reason: "asked for") == nil)
    filter.naming = nil
    filter.job = try fixture.log.show("2").first?.entry.job
    #expect(try fixture.log.erase(filter, reason: "asked for")?.entry.erasure?.entries == [2...3])
    #expect(try fixture.log.erase(entries: [99], reason: "asked for") == nil)
    for reason in ["", " \n"] {
      let error = #expect(throws: SafeguardsError.self) { try fixture.log.erase(entries: [4], reason: reason) }
      #expect(error?.code == .request)
    }
    #expect(try fixture.verify().isIntact && fixture.log.list().count == 8)
  }

  @Test func afterATime() throws {
    let fixture = try AuditFixture.filled()
    #expect(try fixture.log.eraseExpired(days: 30) == nil)
    let later = AuditTime.now().adding(days: 31)
    let record = try #require(try fixture.log.eraseExpired(days: 30, now: later))
    #expect(record.entry.erasure?.entries == [1...6] && record.entry.erasure?.reason == "older than 30 days")
    // Nothing of it would have to be erased in turn.
    #expect(record.entry.actor?.user == nil && record.entry.actor?.program == "Likeness test")
    #expect(try fixture.log.eraseExpired(days: 30, now: later) == nil)
    #expect(try fixture.verify().isIntact && fixture.verify().erasedEntries == 6)
    #expect(throws: SafeguardsError.self) { try fixture.log.eraseExpired(days: 0) }
    #expect(try fixture.log.eraseExpired() == nil)
  }

  @Test func whatWasErasedMayNotComeBack() throws {
    let fixture = try AuditFixture.filled()
    let rows = try DatabaseQueue(path: fixture.path).read {
      try Row.fetchAll($0, sql: "SELECT entry, field, salt, text FROM personal WHERE entry = 2")
    }
    try fixture.log.erase(entries: [2], reason: "asked for")
    try fixture.tamper { db in
      let row = rows[0]
      try db.execute(
        sql: "INSERT INTO personal VALUES (?, ?, ?, ?)",
        arguments: [row["entry"] as Int, row["field"] as String, row["salt"] as String, row["text"] as String])
    }
    let found = try fixture.verify().findings
    #expect(found.map(\.kind) == [.personal] && found[0].entry == 2 && found[0].detail.contains("entry 7 erased it"))
  }

  /// An erasure that somebody writes by hand covers nothing.
  @Test func aForgedErasureIsNone() throws {
    let fixture = try AuditFixture.filled()
    try fixture.tamper { db in
      try db.execute(
        sql: """
          UPDATE entry SET content = replace(content, '"event":"started"', '"erasure":{"entries":[[2,2]],"reason":""},"event":"erased"')
          WHERE number = 6;
          DELETE FROM personal WHERE entry = 2
          """)
    }
    let found = try fixture.verify().findings
    #expect(found.map(\.entry) == [6, 2] && found.map(\.kind) == [.changed, .personal])
  }
}

import Foundation
import GRDB
import ModelStore
import Safeguards
import TestSupport
import Testing

/// Somebody changes the file and knows SQLite, but has not the key: `verify` says which entry, and what.
@Suite struct AuditTamperTests {
  private func findings(_ statement: String) throws -> [AuditFinding] {
    let fixture = try AuditFixture.filled()
    try fixture.tamper { try $0.execute(sql: statement) }
    return try fixture.verify().findings
  }

  @Test(arguments: [1, 2, 4, 6]) func eachColumnOfAnEntry(_ number: Int) throws {
    let zeros = String(repeating: "0", count: 64)
    for (column, value, word) in [
      ("content", "replace(content, '\"event\":\"', '\"event\":\"un')", "content"),
      ("content", "content || ' '", "content"), ("content", "CAST(content AS BLOB)", "no text"),
      ("content", "'no JSON'", "content"), ("content", "content || char(0)", "content"),
      ("previous", "replace(hash, 'a', 'b')", "previous hash"), ("previous", "previous || char(0)", "previous hash"),
      ("hash", number == 1 ? "'\(zeros)'" : "previous", "its hash"), ("hash", "upper(hash)", "its hash"),
      ("hash", "CAST(hash AS BLOB)", "its hash"), ("signature", "replace(signature, '0', '1')", "signature"),
      ("signature", "upper(signature)", "signature"), ("signature", "''", "signature"),
    ] {
      let found = try findings("UPDATE entry SET \(column) = \(value) WHERE number = \(number)")
      #expect(found.count == 1, "\(column) = \(value): \(found)")
      #expect(found.first?.kind == .changed && found.first?.entry == number)
      #expect(found.first?.detail.contains(word) == true, "\(column) = \(value): \(found)")
    }
  }

  @Test func aRewrittenEntryIsNamedEvenWhenItsHashIsMadeAnew() throws {
    let fixture = try AuditFixture.filled()
    for rewritesRest in [false, true] {
      try fixture.tamper { db in
        try db.execute(sql: "UPDATE entry SET content = replace(content, '0.25', '0.35') WHERE number = 3")
        for number in 3...(rewritesRest ? 6 : 3) {
          let row = try #require(try Row.fetchOne(db, sql: "SELECT * FROM entry WHERE number = ?", arguments: [number]))
          let before = try String.fetchOne(db, sql: "SELECT hash FROM entry WHERE number = ?", arguments: [number - 1])
          let hash = try sum(#require(before), row["content"])
          try db.execute(
            sql: "UPDATE entry SET previous = ?, hash = ? WHERE number = ?", arguments: [before, hash, number])
        }
        if rewritesRest { try db.execute(sql: "UPDATE head SET hash = (SELECT hash FROM entry WHERE number = 6)") }
      }
      let found = try fixture.verify().findings
      if rewritesRest {
        #expect(found.filter { $0.kind == .changed }.map(\.entry) == [3, 4, 5, 6])
        #expect(found.contains { $0.kind == .head })
      } else {
        #expect(found.map(\.entry) == [3])
        #expect(found.first?.detail.contains("was rewritten") == true)
      }
    }
  }

  private func sum(_ previous: String, _ content: String) -> String {
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: 64, by: 2) {
      bytes.append(UInt8(previous.dropFirst(place).prefix(2), radix: 16)!)
    }
    return FileDigest(bytes: bytes + Array(content.utf8)).sha256
  }

  @Test(arguments: 1...5) func aRemovedEntry(_ number: Int) throws {
    let found = try findings("DELETE FROM entry WHERE number = \(number)")
    #expect(found.first == AuditFinding.missing(number...number))
    // Its personal fields are left without an entry.
    #expect(found.dropFirst().map(\.kind) == [.personal])
    let clean = try findings(
      "DELETE FROM entry WHERE number = \(number); DELETE FROM personal WHERE entry = \(number)")
    #expect(clean == [AuditFinding.missing(number...number)])
  }

  @Test func severalRemovedEntries() throws {
    let found = try findings(
      "DELETE FROM entry WHERE number IN (2, 3, 5); DELETE FROM personal WHERE entry IN (2, 3, 5)")
    #expect(found == [.missing(2...3), .missing(5...5)])
  }

  @Test(arguments: [1, 3, 5]) func aTruncatedLog(_ kept: Int) throws {
    let found = try findings("DELETE FROM entry WHERE number > \(kept); DELETE FROM personal WHERE entry > \(kept)")
    #expect(found.count == 1 && found[0].kind == .truncated && found[0].entry == kept + 1)
    #expect(found[0].detail.contains("counts 6"))
    // The head made to fit is no longer signed.
    let fitted = try findings(
      """
      DELETE FROM entry WHERE number > \(kept); DELETE FROM personal WHERE entry > \(kept);
      UPDATE head SET number = \(kept), hash = (SELECT hash FROM entry WHERE number = \(kept))
      """)
    #expect(fitted.map(\.kind) == [.head])
    // Nor is it when the last entry's own signature is put there.
    let copied = try findings(
      """
      DELETE FROM entry WHERE number > \(kept); DELETE FROM personal WHERE entry > \(kept);
      UPDATE head SET (number, hash, signature) = (SELECT number, hash, signature FROM entry WHERE number = \(kept))
      """)
    #expect(copied.map(\.kind) == [.head])
  }

  @Test func anEmptiedLog() throws {
    let found = try findings("DELETE FROM entry; DELETE FROM personal")
    #expect(found.count == 1 && found[0].kind == .truncated && found[0].entry == 1)
    #expect(try findings("DELETE FROM entry; DELETE FROM personal; DELETE FROM head").map(\.kind) == [.head])
  }

  @Test(arguments: [(2, 4), (1, 6), (3, 5), (5, 6)]) func swappedEntries(_ one: Int, _ other: Int) throws {
    // With their personal fields, so that nothing else gives it away.
    let found = try findings(
      ["entry SET number", "personal SET entry"].map { update in
        let column = update.split(separator: " ")[2]
        return """
          UPDATE \(update) = 99 WHERE \(column) = \(one);
          UPDATE \(update) = \(one) WHERE \(column) = \(other);
          UPDATE \(update) = \(other) WHERE \(column) = 99;
          """
      }.joined())
    #expect(found.map(\.kind) == [.reordered, .reordered])
    #expect(found.map(\.entry) == [one, other])
    #expect(found[0].detail == "Entry \(other) stands in the place of entry \(one).")
  }

  @Test func anAddedEntry() throws {
    let copy = "INSERT INTO entry (number, content, previous, hash, signature) SELECT 7, content, hash, hash, signature"
    let found = try findings("\(copy) FROM entry WHERE number = 6")
    #expect(found.map(\.kind) == [.reordered, .unsigned] && found.map(\.entry) == [7, 7])
    let far = try findings(copy.replacing("7,", with: "9223372036854775807,") + " FROM entry WHERE number = 6")
    #expect(far.map(\.kind).contains(.missing) && far.map(\.kind).contains(.unsigned))
    let negative = try findings(copy.replacing("7,", with: "-7,") + " FROM entry WHERE number = 6")
    #expect(negative.contains { $0.kind == .damaged && $0.entry == -7 })
  }

  @Test(arguments: [
    ("number", "5"), ("number", "7"), ("hash", "(SELECT previous FROM entry WHERE number = 6)"),
    ("hash", "upper(hash)"),
    ("time", "'2026-01-01T00:00:00.000Z'"), ("time", "time || char(0)"), ("key", "replace(key, '0', '1') || 'x'"),
    ("signature", "replace(signature, '1', '2')"), ("signature", "NULL || ''"), ("hash", "CAST(hash AS BLOB)"),
  ]) func eachColumnOfTheHead(_ column: String, _ value: String) throws {
    let value = value == "NULL || ''" ? "''" : value
    let found = try findings("UPDATE head SET \(column) = \(value)")
    #expect(!found.isEmpty && found.allSatisfy { $0.kind == .head }, "\(found)")
  }

  /// Somebody cuts the log off and signs the new end with a key of his own.
  @Test func aHeadOfAnotherKey() throws {
    let fixture = try AuditFixture.filled()
    let stranger = try AuditFixture().log.head()
    try fixture.tamper { db in
      try db.execute(
        sql: """
          DELETE FROM personal WHERE entry > 1; DELETE FROM entry WHERE number > 1;
          UPDATE head SET number = ?, hash = ?, time = ?, key = ?, signature = ?
          """,
        arguments: [stranger.number, stranger.hash, stranger.time, stranger.key, stranger.signature])
    }
    let found = try fixture.verify().findings
    #expect(found.map(\.kind) == [.head, .head])
    #expect(found[0].detail.contains("names the key \(stranger.key)"))
  }

  @Test func eachPersonalColumn() throws {
    for change in [
      "UPDATE personal SET text = 'Eve'", "UPDATE personal SET text = text || char(0)",
      "UPDATE personal SET salt = replace(salt, '0', '1')", "UPDATE personal SET salt = upper(salt)",
      "UPDATE personal SET salt = ''", "UPDATE personal SET field = 'actor.nobody'",
      "UPDATE personal SET text = CAST(text AS BLOB)", "DELETE FROM personal",
    ] {
      let found = try findings("\(change) WHERE entry = 4 AND field = 'actor.user'")
      #expect(!found.isEmpty && found.allSatisfy { $0.kind == .personal && $0.entry == 4 }, "\(change): \(found)")
    }
    let moved = try findings("UPDATE personal SET entry = 5 WHERE entry = 4 AND field = 'consent'")
    #expect(moved.map(\.entry) == [4, 5])
    let added = try findings("INSERT INTO personal VALUES (2, 'note', '', '')")
    #expect(added.map(\.entry) == [2])
  }

  @Test func theRulesOfTheDatabase() throws {
    for (statement, name) in [
      ("DROP INDEX entry_job", "index entry_job"), ("CREATE TABLE more (x)", "table more"),
      ("ALTER TABLE head ADD COLUMN more", "table head"),
    ] {
      let found = try findings(statement)
      #expect(found.contains { $0.kind == .schema && $0.detail.contains(name) }, "\(statement): \(found)")
    }
    let fixture = try AuditFixture.filled()
    try DatabaseQueue(path: fixture.path).write { try $0.execute(sql: "DROP TRIGGER entry_update") }
    let found = try fixture.verify().findings
    #expect(found.map(\.kind) == [.schema] && found[0].detail.contains("trigger entry_update is missing"))
  }

  @Test func headsKeptElsewhere() throws {
    let fixture = try AuditFixture.filled()
    let early = try fixture.log.head()
    let older = try Data(contentsOf: URL(fileURLWithPath: fixture.copyOfFile("older.sqlite").database!))
    try fixture.log.append(AuditEntry(.policy))
    let late = try fixture.log.head()
    #expect(try fixture.verify(against: [early, late]).findings.isEmpty)
    #expect(try fixture.verify(against: [early, late]).keptHeads == [6, 7])

    // The whole file set back to an older state is whole in itself.
    let back = try AuditFixture()
    let place = back.place
    for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: back.path + end) }
    try older.write(to: URL(fileURLWithPath: back.path))
    try? FileManager.default.removeItem(atPath: place.path("audit.key"))
    try FileManager.default.copyItem(atPath: fixture.place.path("audit.key"), toPath: place.path("audit.key"))
    #expect(try back.verify(against: [early]).isIntact)
    let truncated = try back.verify(against: [late]).findings
    #expect(truncated.map(\.kind) == [.truncated] && truncated.first?.entry == 7)
    // Gone on with after that, by somebody who has the key.
    try AuditLog(folder: place, program: "P").append(AuditEntry(.policy))
    let forked = try back.verify(against: [early, late]).findings
    #expect(forked.map(\.kind) == [.forked] && forked.first?.entry == 7)

    let stranger = try AuditFixture().log.head()
    #expect(try fixture.verify(against: [stranger]).findings.map(\.kind) == [.head])
  }

  /// Any one change of any one value, chosen by chance, is found.
  @Test(arguments: 0..<4) func changesByChance(_ seed: UInt64) throws {
    let fixture = try AuditFixture.filled()
    var random = SeededGenerator(seed: seed)
    let tables = [
      "entry": ["content", "previous", "hash", "signature"], "personal": ["field", "salt", "text"],
      "head": ["hash", "time", "key", "signature"],
    ]
    for _ in 0..<12 {
      let table = tables.keys.sorted().randomElement(using: &random)!
      let column = tables[table]!.randomElement(using: &random)!
      let choice = Int.random(in: 0..<1000, using: &random)
      let place = Int.random(in: 0..<1000, using: &random)
      let policy = try fixture.copyOfFile("changed.sqlite")
      let queue = try DatabaseQueue(path: policy.database!)
      var change = ""
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = OFF") }
      try queue.write { db in
        let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
        let order = table == "personal" ? "entry, field" : "1"
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY \(order)")
        let row = rows[choice % rows.count]
        var text = Array((row[column] as String).unicodeScalars)
        text[place % text.count] = Unicode.Scalar((text[place % text.count].value % 0x7E) + 1)!
        change = "\(table).\(column), row \(choice % rows.count), place \(place % text.count)"
        let key = table == "personal" ? "entry = ? AND field = ?" : "\(table == "head" ? "id" : "number") = ?"
        let keys: [any DatabaseValueConvertible] =
          table == "personal" ? [row["entry"] as Int, row["field"] as String] : [row[0] as Int]
        let changed = String(String.UnicodeScalarView(text))
        try db.execute(
          sql: "UPDATE \(table) SET \(column) = ? WHERE \(key)", arguments: StatementArguments([changed] + keys))
        for trigger in triggers { try db.execute(sql: trigger["sql"]) }
      }
      try queue.close()
      let found = try AuditLog(reading: policy, folder: fixture.place).verify().findings
      #expect(!found.isEmpty, "\(change) was not found")
      #expect(table != "entry" || found.contains { $0.entry == choice % 6 + 1 }, "\(change): \(found)")
    }
  }
}

extension AuditFinding {
  /// As `verify` words it.
  static func missing(_ range: ClosedRange<Int>) -> AuditFinding {
    let name =
      range.count == 1
      ? "Entry \(range.lowerBound) is" : "Entries \(range.lowerBound) to \(range.upperBound) are"
    let json = #"{"kind":"missing","entry":\#(range.lowerBound),"detail":"\#(name) missing."}"#
    return try! JSONDecoder().decode(AuditFinding.self, from: Data(json.utf8))
  }
}

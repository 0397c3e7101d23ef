import Foundation
import GRDB

/// Goes through the log once, in order, and collects what is wrong with it.
///
/// Each row carries its predecessor's hash and a signature over its own number and hash, so that each can be judged by
/// itself: what was done to one row never makes others look wrong.
struct AuditVerifier {
  let db: Database
  let key: AuditPublicKey
  var findings: [AuditFinding] = []
  /// Rows met, whatever their state.
  private(set) var count = 0
  private(set) var head: AuditHead?
  private(set) var unfinishedJobs: [UUID] = []
  private var last: AuditRow?
  private var personal: PersonalVerifier
  /// Numbers of heads kept elsewhere, and the hashes the log has there.
  private var keptHashes: [Int: String] = [:]

  var erasedEntries: Set<Int> { personal.erased }

  init(db: Database, key: AuditPublicKey) {
    self.db = db
    self.key = key
    personal = PersonalVerifier()
  }

  mutating func check(against kept: [AuditHead]) {
    for head in kept { keptHashes[head.number] = "" }
    section { try $0.checkDatabase() }
    var isForeign = false
    section { isForeign = try $0.isForeign() }
    guard !isForeign else { return }
    section { try $0.checkEntries() }
    section { try $0.findings += $0.personal.findings($0.db) }
    section { try $0.checkHead() }
    for head in kept { check(head) }
  }

  /// One part of the work; what SQLite cannot read is a finding, and the next part is done all the same.
  private mutating func section(_ body: (inout AuditVerifier) throws -> Void) {
    do {
      try body(&self)
    } catch {
      let reason = (error as? DatabaseError)?.message ?? "\(error)"
      add(.damaged, nil, "The database cannot be read to its end: \(reason).")
    }
  }

  mutating func add(_ kind: AuditFinding.Kind, _ entry: Int?, _ detail: String) {
    findings.append(AuditFinding(kind: kind, entry: entry, detail: detail))
  }

  private mutating func checkDatabase() throws {
    let expected = try AuditSchema.expected()
    let found = try AuditSchema.objects(db)
    for name in expected.keys.sorted() where found[name] != expected[name] {
      add(.schema, nil, "The database's \(name) \(found[name] == nil ? "is missing" : "was changed").")
    }
    for name in found.keys.sorted() where expected[name] == nil {
      add(.schema, nil, "The database has a \(name) that is not the log's.")
    }
    for row in try Row.fetchAll(db, sql: "PRAGMA integrity_check(8)") where row.text(0) != "ok" {
      add(.damaged, nil, "The database is damaged: \(row.text(0) ?? "it does not say how").")
    }
  }

  /// Whether head and first entry are signed by one key, and that is not ours: nothing else can be told then.
  private mutating func isForeign() throws -> Bool {
    guard let head = try AuditHead.read(db), head.key != key.hex, let other = try? AuditPublicKey(text: head.key),
      head.isSigned(by: other),
      let first = try Row.fetchOne(db, sql: "SELECT \(AuditRow.columns) FROM entry ORDER BY number LIMIT 1"),
      AuditRow(first).isSigned(by: other)
    else { return false }
    self.head = head
    count = try Int.fetchOne(db, sql: "SELECT count(*) FROM entry") ?? 0
    add(
      .head, nil,
      "The log is signed with another key, \(head.key): the key to check with is wrong, or the log was written anew.")
    return true
  }

  private mutating func checkEntries() throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT \(AuditRow.columns) FROM entry ORDER BY number")
    var began: [UUID] = []
    while let raw = try rows.next() {
      count += 1
      let row = AuditRow(raw)
      let expected = (last?.number ?? 0) &+ 1
      if row.number > expected {
        let gap = expected...row.number - 1
        add(.missing, expected, "\(AuditFinding.name(gap)) missing.")
      } else if row.number < expected {
        add(.damaged, row.number, "Entry \(row.number) stands behind entry \(expected - 1).")
      }
      let before = last?.number == row.number - 1 ? last : nil
      let judged = try row.judged(key: key, before: before) {
        try Row.fetchOne(db, sql: "SELECT previous FROM entry WHERE number = ?", arguments: [row.number &+ 1])?.text(0)
      }
      findings += judged.findings
      if judged.isIntact {
        let entry = row.json
        try personal.check(row.number, entry, db)
        note(entry, in: &began)
      }
      if keptHashes[row.number] != nil { keptHashes[row.number] = row.hash }
      last = judged
    }
    unfinishedJobs = began
  }

  /// Keeps count of the jobs that run.
  private func note(_ entry: CanonicalJSON, in began: inout [UUID]) {
    guard case .object(let members) = entry, case .text(let event)? = members["event"],
      case .text(let text)? = members["job"], let job = UUID(uuidString: text)
    else { return }
    if event == AuditEvent.started.rawValue {
      began.append(job)
    } else if AuditEvent(rawValue: event).endsJob {
      began.removeAll { $0 == job }
    }
  }

  private mutating func checkHead() throws {
    head = try AuditHead.read(db)
    guard let head else {
      add(.head, nil, "The signed head is missing or cannot be read.")
      return
    }
    if head.key != key.hex {
      add(.head, nil, "The head names the key \(head.key), not the one it was checked with.")
    }
    guard head.isSigned(by: key) else {
      add(.head, nil, "The head was changed: its signature is not that of the key.")
      return
    }
    let end = last?.number ?? 0
    if head.number > end {
      let gap = end + 1...head.number
      add(.truncated, end + 1, "\(AuditFinding.name(gap)) missing at the end; the signed head counts \(head.number).")
    } else if head.number < end {
      let rest = head.number + 1...end
      add(.unsigned, head.number + 1, "\(AuditFinding.name(rest)) behind the signed head, which counts \(head.number).")
    } else if let last, last.isIntact, last.hash != head.hash {
      add(.head, end, "The head names another entry \(end) than the one that is there.")
    }
  }

  /// Against a head that was kept elsewhere.
  private mutating func check(_ kept: AuditHead) {
    guard kept.isSigned(by: key) else {
      add(.head, nil, "The head that was kept elsewhere is not signed by the key of this log.")
      return
    }
    let end = last?.number ?? 0
    if kept.number > end {
      add(
        .truncated, end + 1,
        "The log ends with entry \(end), but a head kept elsewhere, of \(kept.time), counts \(kept.number).")
    } else if keptHashes[kept.number] != kept.hash {
      add(
        .forked, kept.number,
        "Entry \(kept.number) is not the one that a head kept elsewhere names: the log was rewritten from there or before."
      )
    }
  }
}

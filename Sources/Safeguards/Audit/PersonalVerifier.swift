import GRDB

/// Holds the personal texts against what the chain says of them.
struct PersonalVerifier {
  /// Entries of which an erasure took what was personal.
  private(set) var erased: Set<Int> = []
  private var findings: [AuditFinding] = []
  /// Entries that lack a field, with the first one lacking.
  private var lacking: [Int: String] = [:]
  /// Entries that have a field, with the first one there.
  private var present: [Int: String] = [:]
  private var erasures: [(number: Int, entries: ClosedRange<Int>)] = []

  /// One entry that is as it was written.
  mutating func check(_ number: Int, _ entry: CanonicalJSON, _ db: Database) throws {
    if case .object(let members) = entry, let erasure = try? members["erasure"]?.decoded(as: AuditErasure.self) {
      erasures += erasure.entries.map { (number, $0) }
    }
    var expected = entry.commitments
    for field in try PersonalField.all(db, entry: number) {
      guard let commitment = expected.removeValue(forKey: field.field) else {
        add(number, "Entry \(number) has a personal field \(field.field) that it was not written with.")
        continue
      }
      present[number] = present[number] ?? field.field
      if field.commitment != commitment {
        add(number, "Entry \(number): its personal field \(field.field), or the salt of it, was changed.")
      }
    }
    lacking[number] = expected.keys.min()
  }

  /// What was found, once all entries were seen.
  mutating func findings(_ db: Database) throws -> [AuditFinding] {
    func eraser(of number: Int) -> Int? {
      erasures.first { $0.number > number && $0.entries.contains(number) }?.number
    }
    for (number, field) in lacking {
      if eraser(of: number) == nil {
        add(number, "Entry \(number): its personal field \(field) is gone, and no erasure names the entry.")
      } else {
        erased.insert(number)
      }
    }
    for (number, field) in present {
      guard let eraser = eraser(of: number) else { continue }
      add(number, "Entry \(number): its personal field \(field) is there, though entry \(eraser) erased it.")
    }
    let orphans = try Row.fetchAll(
      db,
      sql: "SELECT DISTINCT entry FROM personal WHERE entry NOT IN (SELECT number FROM entry) ORDER BY entry LIMIT 8")
    for row in orphans {
      let number = row.integer(0)
      findings.append(
        AuditFinding(
          kind: .personal, entry: number,
          detail:
            "There are personal fields of an entry \(number.map(String.init) ?? "without number") that is not there."))
    }
    return findings.sorted { ($0.entry ?? 0, $0.detail) < ($1.entry ?? 0, $1.detail) }
  }

  private mutating func add(_ number: Int, _ detail: String) {
    findings.append(AuditFinding(kind: .personal, entry: number, detail: detail))
  }
}

import Foundation
import GRDB

extension AuditLog {
  /// The entries a filter lets through, oldest first. Throws `storage`.
  public func list(_ filter: AuditFilter = .init()) throws -> [AuditRecord] {
    let (numbers, arguments) = filter.numbers
    return try records(where: "number IN (\(numbers))", arguments)
  }

  /// One entry by its number, or all of a job by its id or the beginning of it (4 digits or more).
  ///
  /// Throws `request` when there is no such entry, and `storage`.
  public func show(_ id: String) throws -> [AuditRecord] {
    var found: [AuditRecord] = []
    if let number = Int(id), String(number) == id { found = try records(where: "number = ?", [number]) }
    if found.isEmpty, id.count >= 4, id.allSatisfy({ $0.isHexDigit || $0 == "-" }) {
      found = try records(where: "job >= ? AND job < ?", [id.uppercased(), id.uppercased() + "~"])
    }
    guard !found.isEmpty else {
      throw SafeguardsError(
        .request, "The audit log has no entry and no job \"\(id)\".", hint: "likeness audit list shows what there is.")
    }
    return found
  }

  /// Entries of the watermark's id (16 hex digits). Throws `storage`.
  public func find(watermark: String) throws -> [AuditRecord] {
    try records(where: "watermark = ?", [watermark.lowercased()])
  }

  /// Entries that have a file of this SHA-256 among their outputs. Throws `storage`.
  public func find(output sha256: String) throws -> [AuditRecord] {
    let sha256 = sha256.lowercased()
    return try records(where: "instr(content, ?) > 0", [sha256]).filter { record in
      record.entry.outputs.contains { $0.sha256 == sha256 }
    }
  }

  /// Entries with an output that looks like this, the nearest first.
  ///
  /// - Parameter distance: bits that may differ, see ``PerceptualHash/distance(to:)``.
  ///
  /// Throws `storage`.
  public func find(like hash: PerceptualHash, within distance: Int = 8) throws -> [AuditRecord] {
    let all = try records(where: "instr(content, '\"outputs\":') > 0 AND instr(content, '\"perceptual\":') > 0", [])
    let near = all.compactMap { record -> (record: AuditRecord, distance: Int)? in
      let nearest = record.entry.outputs.compactMap { $0.perceptual?.distance(to: hash) }.min()
      return nearest.flatMap { $0 <= distance ? (record, $0) : nil }
    }
    return near.sorted { ($0.distance, $0.record.number) < ($1.distance, $1.record.number) }.map(\.record)
  }

  private func records(where condition: String, _ arguments: StatementArguments) throws -> [AuditRecord] {
    try database.read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT number, content, hash FROM entry WHERE \(condition) ORDER BY number", arguments: arguments)
      var records: [AuditRecord] = []
      while let row = try rows.next() {
        guard let number = row.integer(0), let content = row.text(1), let hash = row.text(2) else {
          throw damaged("holds an entry that cannot be read")
        }
        records.append(try record(db, number, content, hash))
      }
      return records
    }
  }

  private func record(_ db: Database, _ number: Int, _ content: String, _ hash: String) throws -> AuditRecord {
    let personal = try PersonalField.all(db, entry: number)
    let texts = Dictionary(personal.map { ($0.field, $0.text) }) { first, _ in first }
    let json = CanonicalJSON(parsing: content)?.filled(with: texts)
    guard let chained = try? json?.decoded(as: ChainedEntry.self) else {
      throw damaged("holds an entry that cannot be read, number \(number)")
    }
    return AuditRecord(number: number, time: chained.time, entry: chained.entry, hash: hash)
  }
}

extension PersonalField {
  /// What is still there of an entry's personal fields. What cannot be read is taken for empty.
  static func all(_ db: Database, entry: Int) throws -> [PersonalField] {
    let statement = try db.cachedStatement(
      sql: "SELECT \(AuditSchema.exact("field", "salt", "text")) FROM personal WHERE entry = ? ORDER BY field")
    return try Row.fetchAll(statement, arguments: [entry]).map {
      PersonalField(field: $0.exactText(0) ?? "", salt: $0.exactText(1) ?? "", text: $0.exactText(2) ?? "")
    }
  }
}

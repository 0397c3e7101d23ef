import GRDB

/// The tables of the log, and the rules the database itself keeps.
///
/// The rules are against mistakes. Whoever can write the file can drop them; what he changes is found by the chain.
enum AuditSchema {
  /// "LKAU" in the file's header.
  static let applicationID = 0x4C4B_4155
  static let version = 1

  /// Columns that are looked up are taken from the content by the database, so that there is nothing to disagree with it.
  static let statements = [
    """
    CREATE TABLE entry (
      number INTEGER PRIMARY KEY,
      content TEXT NOT NULL,
      previous TEXT NOT NULL,
      hash TEXT NOT NULL,
      signature TEXT NOT NULL,
      time TEXT AS (CASE WHEN json_valid(content) THEN json_extract(content, '$.time') END),
      event TEXT AS (CASE WHEN json_valid(content) THEN json_extract(content, '$.event') END),
      job TEXT AS (CASE WHEN json_valid(content) THEN json_extract(content, '$.job') END),
      watermark TEXT AS (CASE WHEN json_valid(content) THEN json_extract(content, '$.watermark') END)
    )
    """,
    "CREATE INDEX entry_time ON entry(time)",
    "CREATE INDEX entry_event ON entry(event)",
    "CREATE INDEX entry_job ON entry(job)",
    "CREATE INDEX entry_watermark ON entry(watermark)",
    """
    CREATE TABLE personal (
      entry INTEGER NOT NULL REFERENCES entry(number),
      field TEXT NOT NULL,
      salt TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (entry, field)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      number INTEGER NOT NULL,
      hash TEXT NOT NULL,
      time TEXT NOT NULL,
      key TEXT NOT NULL,
      signature TEXT NOT NULL
    )
    """,
    rule("entry_insert", "INSERT ON entry", when: "NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM entry)"),
    rule("entry_update", "UPDATE ON entry"),
    rule("entry_delete", "DELETE ON entry"),
    rule("personal_insert", "INSERT ON personal", when: "NEW.entry IS NOT (SELECT max(number) FROM entry)"),
    rule("personal_update", "UPDATE ON personal"),
    rule(
      "personal_delete", "DELETE ON personal",
      when: """
        NOT EXISTS (
          SELECT 1 FROM entry, json_each(entry.content, '$.erasure.entries') AS part
          WHERE entry.event = 'erased' AND entry.number > OLD.entry
            AND OLD.entry BETWEEN json_extract(part.value, '$[0]') AND json_extract(part.value, '$[1]'))
        """),
    rule("head_insert", "INSERT ON head", when: "EXISTS (SELECT 1 FROM head)"),
    rule("head_update", "UPDATE ON head", when: "NEW.id IS NOT 1 OR NEW.number IS NOT OLD.number + 1"),
    rule("head_delete", "DELETE ON head"),
  ]

  private static func rule(_ name: String, _ act: String, when condition: String? = nil) -> String {
    """
    CREATE TRIGGER \(name) BEFORE \(act)\(condition.map { " WHEN " + $0 } ?? "") BEGIN
      SELECT RAISE(ABORT, 'the audit log is only added to (\(name))');
    END
    """
  }

  /// Columns of text as bytes, as they stand in the file: read as text, a zero would end them.
  static func exact(_ columns: String...) -> String {
    columns.map { "CASE typeof(\($0)) WHEN 'text' THEN CAST(\($0) AS BLOB) END" }.joined(separator: ", ")
  }

  /// Name of every table, index and trigger, with the text it was made by.
  static func objects(_ db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return Dictionary(rows.map { ($0.text(0) ?? "", $0.text(1) ?? "") }) { first, _ in first }
  }

  static func make(_ db: Database) throws {
    for statement in statements { try db.execute(sql: statement) }
    try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// What ``objects(_:)`` gives for a log that nobody touched.
  static func expected() throws -> [String: String] { try fresh.get() }

  private static let fresh = Result {
    try DatabaseQueue().write { db in
      try make(db)
      return try objects(db)
    }
  }
}

extension Row {
  /// Nil when the column holds anything but text: a damaged file may hold anything anywhere.
  func text(_ column: Int) -> String? {
    if case .string(let text) = (self[column] as DatabaseValue).storage { return text }
    return nil
  }

  /// Nil when the column holds anything but a whole number.
  func integer(_ column: Int) -> Int? {
    if case .int64(let number) = (self[column] as DatabaseValue).storage { return Int(number) }
    return nil
  }

  /// The bytes of a column asked for with ``AuditSchema/exact(_:)``; nil when it does not hold text.
  func bytes(_ column: Int) -> [UInt8]? {
    if case .blob(let data) = (self[column] as DatabaseValue).storage { return [UInt8](data) }
    return nil
  }

  /// The same as text; nil also when the bytes are no UTF-8.
  func exactText(_ column: Int) -> String? {
    bytes(column).flatMap { String(validating: $0, as: UTF8.self) }
  }
}

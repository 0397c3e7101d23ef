import Crypto
import Foundation
import GRDB

/// Adds to the log inside one transaction.
struct AuditWriter {
  let db: Database
  let key: Curve25519.Signing.PrivateKey

  /// The head, once it is known to be ours and to belong to the last entry. Throws `key` and `storage`.
  func end(path: String) throws -> AuditHead {
    guard let head = try AuditHead.read(db) else { throw Self.damaged(path, "has no head") }
    let own = AuditPublicKey(key.publicKey)
    guard head.key == own.hex else {
      throw SafeguardsError(
        .key, "The audit log \(path) is signed with another key (\(head.key)) than ours (\(own.hex)).",
        hint: "Bring the key back, or move the log away: a new one is begun.")
    }
    guard head.isSigned(by: own) else { throw Self.damaged(path, "has a head that was changed") }
    let last = try Row.fetchOne(db, sql: "SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1")
    guard last?.integer(0) == head.number, last?.text(1) == head.hash else {
      throw Self.damaged(path, "does not end with the entry its head names")
    }
    return head
  }

  /// - Parameter head: nil for the first entry of all.
  func append(_ entry: AuditEntry, after head: AuditHead?, time: AuditTime = .now()) throws -> AuditRecord {
    let number = (head?.number ?? 0) + 1
    let previous = head?.hash ?? AuditChain.start
    var json = try CanonicalJSON(encoding: ChainedEntry(number: number, time: time, entry: entry))
    let personal = json.commit()
    let content = json.text
    guard let hash = AuditChain.hash(previous: previous, content: content.utf8) else {
      throw SafeguardsError(.storage, "\(previous) is no hash of an entry.")
    }
    let signature = try AuditChain.sign(AuditChain.entryMessage(number: number, hash: hash), key)
    try db.execute(
      sql: "INSERT INTO entry (number, content, previous, hash, signature) VALUES (?, ?, ?, ?, ?)",
      arguments: [number, content, previous, hash, signature])
    for field in personal {
      try db.execute(
        sql: "INSERT INTO personal (entry, field, salt, text) VALUES (?, ?, ?, ?)",
        arguments: [number, field.field, field.salt, field.text])
    }
    try replace(head, by: AuditHead(number: number, hash: hash, time: time, signedBy: key))
    let texts = Dictionary(personal.map { ($0.field, $0.text) }) { first, _ in first }
    let chained = try json.filled(with: texts).decoded(as: ChainedEntry.self)
    return AuditRecord(number: number, time: time, entry: chained.entry, hash: hash)
  }

  private func replace(_ old: AuditHead?, by head: AuditHead) throws {
    try db.execute(
      sql: old == nil
        ? "INSERT INTO head (number, hash, time, key, signature, id) VALUES (?, ?, ?, ?, ?, 1)"
        : "UPDATE head SET number = ?, hash = ?, time = ?, key = ?, signature = ?",
      arguments: [head.number, head.hash, head.time, head.key, head.signature])
  }

  static func damaged(_ path: String, _ what: String) -> SafeguardsError {
    SafeguardsError(
      .storage, "The audit log \(path) \(what).",
      hint: "Run likeness audit verify. To go on, move the log away: a new one is begun.")
  }
}

extension AuditHead {
  /// Nil when there is none, or none that can be read.
  static func read(_ db: Database) throws -> AuditHead? {
    let rows = try Row.fetchAll(
      db, sql: "SELECT number, \(AuditSchema.exact("hash", "time", "key", "signature")) FROM head LIMIT 2")
    guard rows.count == 1, let row = rows.first, let number = row.integer(0), let hash = row.exactText(1),
      let time = row.exactText(2), let key = row.exactText(3), let signature = row.exactText(4)
    else { return nil }
    return AuditHead(number: number, hash: hash, time: time, key: key, signature: signature)
  }
}

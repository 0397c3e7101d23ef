import GRDB

extension AuditLog {
  /// Erases the personal fields of the entries a filter lets through, and records that and why.
  ///
  /// The entries stay, and so does what the chain proves. Texts and salts are overwritten in the file. Copies of the log
  /// keep them.
  ///
  /// - Parameter reason: stays for ever, so it must name nobody.
  ///
  /// Returns the entry that records it; nil when there was nothing to erase. Throws `request` for an empty reason, else
  /// as ``append(_:)`` does.
  @discardableResult
  public func erase(_ filter: AuditFilter, reason: String) throws -> AuditRecord? {
    let (sql, arguments) = filter.numbers
    return try erase(where: "entry IN (\(sql))", arguments, reason: reason, actor: nil)
  }

  /// The same for entries by number.
  @discardableResult
  public func erase(entries: [Int], reason: String) throws -> AuditRecord? {
    let list = Set(entries).sorted().map(String.init).joined(separator: ", ")
    return try erase(where: "entry IN (\(list))", [], reason: reason, actor: nil)
  }

  /// Erases the personal fields of entries older than so many days. Throws `request` for less than one day, else as
  /// ``append(_:)`` does.
  @discardableResult
  public func eraseExpired(days: Int, now: AuditTime = .now()) throws -> AuditRecord? {
    guard days >= 1 else {
      throw SafeguardsError(.request, "\(days) days are no time to keep personal fields.", hint: "Give 1 or more.")
    }
    var filter = AuditFilter()
    filter.until = now.adding(days: -days)
    let (sql, arguments) = filter.numbers
    // Without a user of its own: such an entry would have to be erased in turn, and so on for ever.
    return try erase(
      where: "entry IN (\(sql))", arguments, reason: "older than \(days) days", actor: programAlone)
  }

  private func erase(
    where condition: String, _ arguments: StatementArguments, reason: String, actor: AuditActor?
  ) throws -> AuditRecord? {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw SafeguardsError(.request, "The reason of the erasure is missing.")
    }
    let record = try write { writer -> AuditRecord? in
      let numbers = try Int.fetchAll(
        writer.db, sql: "SELECT DISTINCT entry FROM personal WHERE \(condition)", arguments: arguments)
      guard !numbers.isEmpty else { return nil }
      var entry = AuditEntry(.erased)
      entry.actor = actor ?? currentActor
      entry.erasure = AuditErasure(numbers: numbers, reason: reason)
      // The entry first: the database lets go of nothing that no entry names.
      let record = try writer.append(entry, after: try writer.end(path: path))
      for range in entry.erasure?.entries ?? [] {
        try writer.db.execute(
          sql: "DELETE FROM personal WHERE entry BETWEEN ? AND ?", arguments: [range.lowerBound, range.upperBound])
      }
      return record
    }
    // The journal beside the file holds pages from before.
    if record != nil { try database.settle() }
    return record
  }
}

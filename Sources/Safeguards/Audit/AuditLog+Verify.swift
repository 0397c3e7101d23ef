import GRDB

extension AuditLog {
  /// Checks every line: content against hash, hash against its predecessor and its signature, personal texts against
  /// their commitments, the end against the signed head, the database's own structure, and, if one is given, the whole
  /// against heads that were kept elsewhere.
  ///
  /// Changes nothing. Throws `storage` only when the file cannot be read at all.
  public func verify(against kept: [AuditHead] = []) throws -> AuditVerification {
    try database.read { db in
      var verifier = AuditVerifier(db: db, key: publicKey)
      verifier.check(against: kept)
      return AuditVerification(
        path: path, entries: verifier.count, erasedEntries: verifier.erasedEntries.count,
        head: verifier.head, key: publicKey.hex, keyOrigin: keyOrigin, keptHeads: kept.map(\.number),
        unfinishedJobs: verifier.unfinishedJobs, findings: verifier.findings)
    }
  }
}

extension AuditFinding {
  /// A run of entries as text.
  static func name(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "Entry \(range.lowerBound) is" : "Entries \(range.lowerBound) to \(range.upperBound) are"
  }
}

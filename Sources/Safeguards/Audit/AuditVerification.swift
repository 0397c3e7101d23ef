public import Foundation

/// Something about the log that is not as it was written.
public struct AuditFinding: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable {
    /// An entry, or what belongs to it, is not what was signed.
    case changed
    /// Entries are gone.
    case missing
    /// An entry stands in the place of another.
    case reordered
    /// Entries at the end are gone.
    case truncated
    /// Entries stand behind the end that was signed.
    case unsigned
    /// Two entries were signed for one place: the log was set back and gone on with.
    case forked
    /// A personal text is not what was recorded, is gone without an erasure, or is there in spite of one.
    case personal
    /// The signed end is missing or was changed.
    case head
    /// A table, index or rule of the database is not as it was made.
    case schema
    /// The file itself is damaged.
    case damaged
  }

  public let kind: Kind
  /// The entry concerned, or the first of several; nil when it is no entry.
  public let entry: Int?
  /// A sentence that says what.
  public let detail: String
}

/// What checking a log showed.
public struct AuditVerification: Sendable, Hashable, Codable {
  public let path: String
  /// How many entries there are.
  public let entries: Int
  /// How many of them had personal fields that were erased.
  public let erasedEntries: Int
  /// The signed end, if it can be read.
  public let head: AuditHead?
  /// The public key everything was checked with, 64 hex digits.
  public let key: String
  public let keyOrigin: AuditKeyOrigin
  /// Numbers of the heads kept elsewhere that the log was held against.
  public let keptHeads: [Int]
  /// Jobs that began and of which nothing more is known. They run still, or the machine or the program stopped.
  public let unfinishedJobs: [UUID]
  /// In the order of the log. Empty when the log is whole.
  public let findings: [AuditFinding]

  /// Whether nothing was found.
  public var isIntact: Bool { findings.isEmpty }

  /// For a terminal.
  public var lines: [String] {
    var lines = ["Audit log \(path): \(Self.count(entries, "entry", "entries"))"]
    if let head { lines[0] += ", the last of \(head.time)" }
    if erasedEntries > 0 {
      lines.append("Personal fields were erased in \(Self.count(erasedEntries, "entry", "entries")).")
    }
    switch keyOrigin {
    case .given: lines.append("Checked with the key that was given, \(key).")
    case .keyFile: lines.append("Checked with the key of this machine, \(key).")
    case .log:
      lines.append("Checked with the key the log itself names, \(key): that it is the right one was not shown.")
    }
    if !keptHeads.isEmpty {
      let numbers = keptHeads.map(String.init).joined(separator: ", ")
      lines.append("Held against heads kept elsewhere, of entries: \(numbers).")
    }
    for job in unfinishedJobs.suffix(8) { lines.append("Job \(job.uuidString) began and did not end, or still runs.") }
    if unfinishedJobs.count > 8 { lines.append("So did \(unfinishedJobs.count - 8) earlier jobs.") }
    lines += findings.map { "BROKEN (\($0.kind.rawValue)): \($0.detail)" }
    lines.append(
      isIntact
        ? "The log is whole: no entry was changed, removed or moved."
        : "The log is broken: \(Self.count(findings.count, "finding", "findings")).")
    return lines
  }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}

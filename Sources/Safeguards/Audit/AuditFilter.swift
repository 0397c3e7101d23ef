public import Foundation
import GRDB

/// Which entries are meant. What is nil does not matter.
public struct AuditFilter: Sendable, Hashable {
  /// At this moment or later.
  public var since: AuditTime?
  /// Before this moment.
  public var until: AuditTime?
  public var event: AuditEvent?
  public var job: UUID?
  /// 16 hex digits.
  public var watermark: String?
  /// A part of a personal text: a name, a path.
  public var naming: String?
  /// The newest so many.
  public var limit: Int?

  public init() {}

  /// From words as a user gives them. Throws `request` for a time, event or job that is none.
  public init(
    since: String?, until: String?, event: String?, job: String?, naming: String? = nil, limit: Int? = nil
  ) throws {
    self.since = try since.map(Self.time)
    self.until = try until.map(Self.time)
    if let event {
      guard let known = AuditEvent.known.first(where: { $0.rawValue == event }) else {
        let names = AuditEvent.known.map(\.rawValue).joined(separator: ", ")
        throw SafeguardsError(.request, "There is no event \"\(event)\".", hint: "Events: \(names).")
      }
      self.event = known
    }
    if let job {
      guard let id = UUID(uuidString: job) else {
        throw SafeguardsError(.request, "\"\(job)\" is no job's id.", hint: "likeness audit list --json shows them.")
      }
      self.job = id
    }
    self.naming = naming
    self.limit = limit
  }

  private static func time(_ text: String) throws -> AuditTime {
    guard let time = AuditTime(text: text) else {
      throw SafeguardsError(
        .request, "\"\(text)\" is no time.", hint: "Write 2026-11-23, or 2026-11-23T14:30:00+01:00.")
    }
    return time
  }

  /// Whether it lets everything through.
  public var isEmpty: Bool { self == AuditFilter() }

  /// The part of a statement that picks the entries' numbers, oldest first, and what its question marks stand for.
  var numbers: (sql: String, arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments: StatementArguments = []
    func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [value]
    }
    add("time >= ?", since?.text)
    add("time < ?", until?.text)
    add("event = ?", event?.rawValue)
    add("job = ?", job?.uuidString)
    add("watermark = ?", watermark)
    add("number IN (SELECT entry FROM personal WHERE instr(text, ?) > 0)", naming)
    var sql = "SELECT number FROM entry"
    if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
    sql += " ORDER BY number DESC"
    if let limit { sql += " LIMIT \(max(0, limit))" }
    return (sql, arguments)
  }
}

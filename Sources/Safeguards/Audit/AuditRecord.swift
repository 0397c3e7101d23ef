/// A line of the audit log as it was read.
public struct AuditRecord: Sendable, Hashable {
  /// 1, 2, 3, … without gaps.
  public let number: Int
  public let time: AuditTime
  public let entry: AuditEntry
  /// 64 hex digits: SHA-256 of the previous entry's hash and this entry's canonical JSON.
  public let hash: String
}

extension AuditRecord: Encodable {
  private enum CodingKeys: String, CodingKey { case number, time, hash }

  /// The entry's own fields with number, time and hash beside them.
  public func encode(to encoder: any Encoder) throws {
    try entry.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(number, forKey: .number)
    try values.encode(time, forKey: .time)
    try values.encode(hash, forKey: .hash)
  }
}

/// What is chained: an entry with its number and time.
struct ChainedEntry: Codable {
  /// Of this form of entries.
  static let version = 1

  let number: Int
  let time: AuditTime
  let entry: AuditEntry

  private enum CodingKeys: String, CodingKey { case number, time, version }

  init(number: Int, time: AuditTime, entry: AuditEntry) {
    self.number = number
    self.time = time
    self.entry = entry
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    number = try values.decode(Int.self, forKey: .number)
    time = try values.decode(AuditTime.self, forKey: .time)
    entry = try AuditEntry(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try entry.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(number, forKey: .number)
    try values.encode(time, forKey: .time)
    try values.encode(Self.version, forKey: .version)
  }
}

public import Foundation

/// What happened to a job, or to the log itself.
public struct AuditEvent: RawRepresentable, Sendable, Hashable, Codable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// The log was begun; its first entry, which names the key that signs it.
  public static let opened = AuditEvent(rawValue: "opened")
  /// A job began.
  public static let started = AuditEvent(rawValue: "started")
  /// The output is in its place.
  public static let finished = AuditEvent(rawValue: "finished")
  /// The job broke off; there is no output.
  public static let failed = AuditEvent(rawValue: "failed")
  /// A gate refused the job; there is no output.
  public static let refused = AuditEvent(rawValue: "refused")
  /// The user broke the job off.
  public static let cancelled = AuditEvent(rawValue: "cancelled")
  /// Personal fields of earlier entries were erased.
  public static let erased = AuditEvent(rawValue: "erased")
  /// A policy came into force.
  public static let policy = AuditEvent(rawValue: "policy")
  /// A face was added to, or taken from, the registry of protected people.
  public static let protection = AuditEvent(rawValue: "protection")

  public static let known: [AuditEvent] = [
    .opened, .started, .finished, .failed, .refused, .cancelled, .erased, .policy, .protection,
  ]

  /// After one of these nothing more is expected of the job.
  public var endsJob: Bool { [.finished, .failed, .refused, .cancelled].contains(self) }
}

/// One line of the audit log, as a program writes it. The log adds its number and the time.
///
/// Nothing here holds a picture. What tells who somebody is goes into ``PersonalText`` fields, which can be erased; all
/// other texts stay for ever.
public struct AuditEntry: Sendable, Hashable, Codable {
  public var event: AuditEvent
  /// The same for all entries of one job.
  public var job: UUID?
  /// Nil = the log fills in who runs this program.
  public var actor: AuditActor?
  public var inputs: [AuditFile] = []
  public var outputs: [AuditFile] = []
  public var models: [AuditModel] = []
  public var options: [AuditOption] = []
  public var gates: [AuditGate] = []
  /// The statement of consent, as it was given.
  public var consent: PersonalText?
  /// The watermark's id in the outputs: 16 hex digits.
  public var watermark: String?
  /// SHA-256 of the policy in force.
  public var policy: String?
  public var failure: AuditFailure?
  /// Of an `erased` entry.
  public var erasure: AuditErasure?
  /// Of an `opened` entry: the public key that signs the log, 64 hex digits.
  public var key: String?

  public init(_ event: AuditEvent, job: UUID? = nil) {
    self.event = event
    self.job = job
  }

  enum CodingKeys: String, CodingKey {
    case event, job, actor, inputs, outputs, models, options, gates, consent, watermark, policy, failure, erasure, key
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    event = try values.decode(AuditEvent.self, forKey: .event)
    job = try values.decodeIfPresent(UUID.self, forKey: .job)
    actor = try values.decodeIfPresent(AuditActor.self, forKey: .actor)
    inputs = try values.decodeIfPresent([AuditFile].self, forKey: .inputs) ?? []
    outputs = try values.decodeIfPresent([AuditFile].self, forKey: .outputs) ?? []
    models = try values.decodeIfPresent([AuditModel].self, forKey: .models) ?? []
    options = try values.decodeIfPresent([AuditOption].self, forKey: .options) ?? []
    gates = try values.decodeIfPresent([AuditGate].self, forKey: .gates) ?? []
    consent = try values.decodeIfPresent(PersonalText.self, forKey: .consent)
    watermark = try values.decodeIfPresent(String.self, forKey: .watermark)
    policy = try values.decodeIfPresent(String.self, forKey: .policy)
    failure = try values.decodeIfPresent(AuditFailure.self, forKey: .failure)
    erasure = try values.decodeIfPresent(AuditErasure.self, forKey: .erasure)
    key = try values.decodeIfPresent(String.self, forKey: .key)
  }

  /// Leaves out what is empty.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(event, forKey: .event)
    try values.encodeIfPresent(job, forKey: .job)
    try values.encodeIfPresent(actor, forKey: .actor)
    if !inputs.isEmpty { try values.encode(inputs, forKey: .inputs) }
    if !outputs.isEmpty { try values.encode(outputs, forKey: .outputs) }
    if !models.isEmpty { try values.encode(models, forKey: .models) }
    if !options.isEmpty { try values.encode(options, forKey: .options) }
    if !gates.isEmpty { try values.encode(gates, forKey: .gates) }
    try values.encodeIfPresent(consent, forKey: .consent)
    try values.encodeIfPresent(watermark, forKey: .watermark)
    try values.encodeIfPresent(policy, forKey: .policy)
    try values.encodeIfPresent(failure, forKey: .failure)
    try values.encodeIfPresent(erasure, forKey: .erasure)
    try values.encodeIfPresent(key, forKey: .key)
  }
}

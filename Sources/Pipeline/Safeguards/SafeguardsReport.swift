public import Safeguards

/// What the safeguards of a run did, for its report.
public struct SafeguardsReport: Codable, Sendable {
  /// The job's number in the audit log.
  public var job: String
  /// SHA-256 of the policy in force.
  public var policy: String
  /// Path of the policy file, or `built-in`.
  public var policyOrigin: String
  /// Number of the invisible watermark, 16 hex digits; nil without one.
  public var watermark: String?
  /// What gates and marks said.
  public var results: [AuditGate]

  enum CodingKeys: String, CodingKey {
    case job, policy, watermark, results
    case policyOrigin = "policy_origin"
  }
}

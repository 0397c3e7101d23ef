/// What one gate has found in a job, for the report and the audit log.
public struct GateResult: Sendable, Hashable, Codable {
  public enum Gate: String, Sendable, Hashable, Codable, CaseIterable {
    case content, similarity, protected, minors
  }

  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    case passed
    /// Something was found that the policy only wants to be told of.
    case warned
    /// Something was found that the policy does not allow.
    case refused
    /// Nothing was looked at; ``GateResult/reason`` says why.
    case notChecked = "not-checked"
  }

  public var gate: Gate
  public var outcome: Outcome
  /// What was found, or why nothing was looked at, in a sentence.
  public var reason: String?
  /// What was measured, by name (`judged`, `flagged`, `highest`, …).
  public var measures: [String: Double]

  public init(_ gate: Gate, _ outcome: Outcome, reason: String? = nil, measures: [String: Double] = [:]) {
    self.gate = gate
    self.outcome = outcome
    self.reason = reason
    self.measures = measures
  }

  /// Of a gate that the policy has switched off.
  static func off(_ gate: Gate) -> GateResult {
    GateResult(gate, .notChecked, reason: "The policy has switched it off.")
  }
}

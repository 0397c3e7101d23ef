import Foundation
import Processors
import Safeguards

/// What the audit log is told of one run. Belongs to the thread of the run.
final class JobRecord {
  private let log: AuditLog
  private let base: AuditEntry

  /// - Parameter consent: the statement as it was given; nil = none.
  init(
    log: AuditLog, job: UUID, options: OptionValues, consent: String?, policyHash: String
  ) {
    self.log = log
    var entry = AuditEntry(.started, job: job)
    entry.options = options.specified.map { spec, value in
      spec.isPersonal ? .personal(spec.name, value) : AuditOption(spec.name, value)
    }
    entry.consent = consent.map { PersonalText($0) }
    entry.policy = policyHash
    base = entry
  }

  /// Writes the first line, and erases what the policy does not keep any longer.
  func started() throws {
    try log.append(base)
    try log.eraseExpired()
  }

  /// To be written before the output gets its name: an output without a line must not be.
  func finished(_ facts: JobFacts) throws { try append(.finished, facts) }

  func ended(_ event: AuditEvent, by error: any Error, _ facts: JobFacts) throws {
    try append(event, facts) { entry in
      entry.failure = AuditFailure(code: Self.code(of: error), message: "\(error)")
    }
  }

  private static func code(of error: any Error) -> String {
    switch error {
    case let error as SafeguardsError: error.code.rawValue
    case let error as PipelineError: error.code.rawValue
    default: String(describing: type(of: error))
    }
  }

  private func append(_ event: AuditEvent, _ facts: JobFacts, _ more: (inout AuditEntry) -> Void = { _ in }) throws {
    var entry = base
    entry.event = event
    entry.inputs = facts.inputs
    entry.outputs = facts.outputs
    entry.models = facts.models.map { AuditModel(id: $0.id, sha256: $0.sha256) }
    entry.gates = facts.gates
    entry.watermark = facts.watermark
    more(&entry)
    try log.append(entry)
  }
}

/// What is known of a job when it ends.
struct JobFacts {
  var inputs: [AuditFile] = []
  var outputs: [AuditFile] = []
  var models: [(id: String, sha256: String)] = []
  var gates: [AuditGate] = []
  /// 16 hex digits.
  var watermark: String?
}

extension OptionSpec {
  /// Whether its value may tell who somebody is: paths, and words of the user.
  var isPersonal: Bool {
    switch kind {
    case .path, .paths, .text: true
    default: false
    }
  }
}

extension AuditGate {
  /// What the metadata writer did.
  init(_ result: ProvenanceResult, mode: SafeguardPolicy.Mode) {
    let unheld = result.unheld.map { "\($0.rawValue) cannot be held by this file type" }
    let lines = result.made.map { "\($0.rawValue) made" } + unheld + result.warnings
    self.init(
      "metadata", mode: mode, result.warnings.isEmpty ? .passed : .warned, reason: lines.joined(separator: "; "))
  }
}

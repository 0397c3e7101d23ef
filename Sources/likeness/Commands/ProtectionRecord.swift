import Pipeline
import Safeguards

/// What the audit log is told when the registry of protected people changes.
enum ProtectionRecord {
  /// - Parameter change: `added` or `removed`.
  static func write(_ change: String, _ person: ProtectedIdentities.Entry) throws {
    let policy = try PolicyFile.load().policy.audit
    try policy.mode.attempt("The audit log cannot be kept", { Console.shared.write("warning: \($0)") }) {
      var entry = AuditEntry(.protection)
      entry.options = [
        AuditOption("change", change), AuditOption("entry", String(person.id)), .personal("name", person.name),
      ]
      try AuditLog(policy: policy, program: ProgramVersion.text).append(entry)
    }
  }
}

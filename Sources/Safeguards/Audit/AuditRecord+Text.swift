import Foundation

/// Entries as a table for a terminal.
public struct AuditTable: Sendable {
  public static let header = ["entry", "time", "event", "job", "user", "what"]
  /// One for each entry, with as many cells as ``header``.
  public let rows: [[String]]

  public init(_ records: [AuditRecord]) {
    rows = records.map { record in
      [
        String(record.number), record.time.text, record.entry.event.rawValue,
        record.entry.job.map { String($0.uuidString.prefix(8)) } ?? "", record.entry.actor?.user?.shown ?? "",
        record.entry.summary,
      ]
    }
  }
}

extension PersonalText {
  /// The text, or a word for what was erased.
  public var shown: String { text.map(AuditEntry.plain) ?? "(erased)" }
}

extension AuditEntry {
  /// The most telling facts in a few words.
  var summary: String {
    var parts: [String] = []
    if let failure { parts.append(failure.code) }
    parts += gates.filter { [.warned, .refused].contains($0.outcome) }.map { "\($0.gate) \($0.outcome.rawValue)" }
    if !inputs.isEmpty { parts.append("\(inputs.count) in") }
    if !outputs.isEmpty { parts.append("\(outputs.count) out") }
    if let watermark { parts.append("watermark \(watermark)") }
    if let erasure { parts.append("entries \(erasure.shownEntries): \(erasure.reason)") }
    if let key { parts.append("key \(key.prefix(16))…") }
    return Self.plain(parts.joined(separator: ", "))
  }

  /// Without characters that a terminal would obey.
  static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

extension AuditErasure {
  var shownEntries: String {
    entries.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
  }
}

extension AuditRecord {
  /// Everything the entry holds, for a terminal.
  public var lines: [String] {
    var lines = ["entry      \(number)", "time       \(time.text)", "event      \(entry.event.rawValue)"]
    func add(_ name: String, _ text: String?) {
      guard let text else { return }
      lines.append(name + String(repeating: " ", count: max(1, 11 - name.count)) + AuditEntry.plain(text))
    }
    add("job", entry.job?.uuidString)
    if let actor = entry.actor {
      add("user", actor.user.map { user in user.shown + (actor.uid.map { " (uid \($0.shown))" } ?? "") })
      add("host", actor.host?.shown)
      add("program", actor.program)
    }
    for file in entry.inputs + entry.outputs { add(file.role, file.shown) }
    for model in entry.models { add("model", "\(model.id), SHA-256 \(model.sha256)") }
    for option in entry.options {
      add("option", "\(option.name) = \(option.value ?? option.personalValue?.shown ?? "")")
    }
    for gate in entry.gates { add("gate", gate.shown) }
    add("consent", entry.consent?.shown)
    add("watermark", entry.watermark)
    add("policy", entry.policy.map { "SHA-256 \($0)" })
    add("failure", entry.failure.map { "\($0.code): \($0.message.shown)" })
    add("erased", entry.erasure.map { "personal fields of entries \($0.shownEntries): \($0.reason)" })
    add("key", entry.key)
    add("hash", hash)
    return lines
  }
}

extension AuditFile {
  fileprivate var shown: String {
    var parts: [String] = []
    if let path { parts.append(path.shown) }
    parts.append("\(size) bytes, SHA-256 \(sha256)")
    if let perceptual { parts.append("looks like \(perceptual.text)") }
    return parts.joined(separator: ", ")
  }
}

extension AuditGate {
  fileprivate var shown: String {
    var text = "\(gate): \(outcome.rawValue) (\(mode.rawValue))"
    for (name, value) in measures.sorted(by: { $0.key < $1.key }) {
      text += ", \(name) \(CanonicalJSON.text(of: value))"
    }
    if let reason { text += ". \(reason.shown)" }
    return text
  }
}

import TOMLKit

/// One key of the policy file: where it stands, what it may be, and the field of the policy it sets.
struct PolicyKey: Sendable {
  typealias Field<Value> = WritableKeyPath<SafeguardPolicy, Value> & Sendable

  let section: String
  let name: String
  /// For messages: the values it may have.
  let allowed: String
  /// Sets the field; false where the value is of another type or not allowed.
  let set: @Sendable (inout SafeguardPolicy, any TOMLValueConvertible) -> Bool

  /// Every key there is.
  static let all: [PolicyKey] = [
    choice("content", "mode", \.content.mode),
    number("content", "threshold", 0...1, \.content.threshold),
    number("content", "share", 0...1, \.content.share),
    choice("similarity", "mode", \.similarity.mode),
    limit("similarity", "min-similarity", -1...1, \.similarity.minimum),
    limit("similarity", "max-similarity", -1...1, \.similarity.maximum),
    choice("protected", "mode", \.protected.mode),
    path("protected", "registry", \.protected.registry),
    number("protected", "distance", 0...1, \.protected.distance),
    choice("minors", "mode", \.minors.mode),
    count("minors", "age", 0...99, \.minors.age),
    choice("consent", "mode", \.consent.mode),
    choice("watermark", "mode", \.watermark.mode),
    path("watermark", "key", \.watermark.key),
    choice("metadata", "mode", \.metadata.mode),
    path("metadata", "certificate", \.metadata.certificate),
    path("metadata", "private-key", \.metadata.privateKey),
    PolicyKey(section: "metadata", name: "producer", allowed: textRule(100)) { policy, value in
      guard let text = value.string, isText(text, upTo: 100) else { return false }
      policy.metadata.producer = text
      return true
    },
    choice("label", "mode", \.label.mode),
    PolicyKey(section: "label", name: "text", allowed: textRule(40)) { policy, value in
      guard let text = value.string, isText(text, upTo: 40) else { return false }
      policy.label.text = text
      return true
    },
    choice("label", "corner", \.label.corner),
    number("label", "size", 0.05...0.5, \.label.size),
    number("label", "seconds", 0...86_400, \.label.seconds),
    choice("audit", "mode", \.audit.mode),
    path("audit", "database", \.audit.database),
    path("audit", "key", \.audit.key),
    PolicyKey(section: "audit", name: "retention-days", allowed: "a whole number, 1 to 36500") { policy, value in
      guard let days = value.int, (1...36_500).contains(days) else { return false }
      policy.audit.retentionDays = days
      return true
    },
  ]

  static let sections: [String] = all.reduce(into: []) { names, key in
    if !names.contains(key.section) { names.append(key.section) }
  }

  static func names(in section: String) -> [String] { all.filter { $0.section == section }.map(\.name) }
}

// MARK: - Kinds of keys

extension PolicyKey {
  private static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ section: String, _ name: String, _ field: any Field<Value>
  ) -> PolicyKey where Value.RawValue == String {
    let allowed = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    return PolicyKey(section: section, name: name, allowed: allowed) { policy, value in
      guard let choice = value.string.flatMap(Value.init(rawValue:)) else { return false }
      policy[keyPath: field] = choice
      return true
    }
  }

  private static func number(
    _ section: String, _ name: String, _ range: ClosedRange<Double>, _ field: any Field<Double>
  ) -> PolicyKey {
    PolicyKey(section: section, name: name, allowed: rule(range)) { policy, value in
      guard let number = decimal(value), range.contains(number) else { return false }
      policy[keyPath: field] = number
      return true
    }
  }

  private static func limit(
    _ section: String, _ name: String, _ range: ClosedRange<Double>, _ field: any Field<Double?>
  ) -> PolicyKey {
    PolicyKey(section: section, name: name, allowed: rule(range)) { policy, value in
      guard let number = decimal(value), range.contains(number) else { return false }
      policy[keyPath: field] = number
      return true
    }
  }

  private static func count(
    _ section: String, _ name: String, _ range: ClosedRange<Int>, _ field: any Field<Int>
  ) -> PolicyKey {
    let allowed = "a whole number, \(range.lowerBound) to \(range.upperBound)"
    return PolicyKey(section: section, name: name, allowed: allowed) { policy, value in
      guard let number = value.int, range.contains(number) else { return false }
      policy[keyPath: field] = number
      return true
    }
  }

  /// Relative paths would mean another file in every folder the program is started from.
  private static func path(_ section: String, _ name: String, _ field: any Field<String?>) -> PolicyKey {
    PolicyKey(section: section, name: name, allowed: "a path that begins with /") { policy, value in
      guard let path = value.string, path.hasPrefix("/") else { return false }
      policy[keyPath: field] = path
      return true
    }
  }

  /// `1` is as good as `1.0`.
  private static func decimal(_ value: any TOMLValueConvertible) -> Double? {
    value.double ?? value.int.map { Double($0) }
  }

  private static func rule(_ range: ClosedRange<Double>) -> String {
    func text(_ number: Double) -> String { number.rounded() == number ? "\(Int(number))" : "\(number)" }
    return "a number, \(text(range.lowerBound)) to \(text(range.upperBound))"
  }

  private static func textRule(_ longest: Int) -> String { "a text of 1 to \(longest) letters on one line" }

  private static func isText(_ text: String, upTo longest: Int) -> Bool {
    (1...longest).contains(text.count)
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      && text.contains { !$0.isWhitespace }
  }
}

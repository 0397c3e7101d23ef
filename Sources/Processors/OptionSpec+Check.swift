extension OptionSpec {
  /// What the option takes, in words: "one of many, one, reference", "0 to 100", …
  public var valueDescription: String {
    switch kind {
    case .path: "a path"
    case .paths: "one or more paths"
    case .choice(let names): "one of: \(names.joined(separator: ", "))"
    case .choices(let names): "one or more of: \(names.joined(separator: ", "))"
    case .word: "a word"
    case .text: "a text"
    case .words: "one or more words"
    case .integer(let range):
      range.map { "a whole number from \($0.lowerBound) to \($0.upperBound)" } ?? "a whole number"
    case .integers(let allowed):
      allowed.map { "one or more of: \($0.map(String.init).joined(separator: ", "))" } ?? "one or more whole numbers"
    case .number(let range): "a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
    case .spacing(let range):
      "1 to 4 whole numbers from \(range.lowerBound) to \(range.upperBound) (top, right, bottom, left)"
    case .color: "1 to 4 whole numbers from 0 to 255 (red, green, blue, alpha)"
    case .flag: "on or off"
    case .form(let form): form.description
    }
  }

  /// The first value that is not allowed, or nil when all are. An empty list is refused as well.
  public func firstBadValue(in values: [String]) -> String? {
    if values.isEmpty { return "" }
    switch kind {
    case .spacing, .color: if values.count > 4 { return values[4] }
    default: break
    }
    if !takesSeveral, values.count > 1 { return values[1] }
    return values.first { !allows($0) }
  }

  private func allows(_ value: String) -> Bool {
    switch kind {
    case .path, .paths, .word, .words, .text: return !value.isEmpty
    case .choice(let names), .choices(let names): return names.contains(value)
    case .integer(let range): return Int(value).map { range?.contains($0) ?? true } ?? false
    case .integers(let allowed): return Int(value).map { allowed?.contains($0) ?? true } ?? false
    case .number(let range): return Double(value).map { $0.isFinite && range.contains($0) } ?? false
    case .spacing(let range): return Int(value).map(range.contains) ?? false
    case .color: return Int(value).map((0...255).contains) ?? false
    case .flag: return OptionSpec.truth(value) != nil
    case .form(let form): return !value.isEmpty && form.fits(value)
    }
  }

  /// `true yes on 1` and `false no off 0`, in any case.
  public static func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}

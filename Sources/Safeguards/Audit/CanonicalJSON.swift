import Foundation

/// A JSON value with one spelling: RFC 8785 (JCS). Names are sorted by their UTF-16 code units, nothing stands between
/// the tokens, numbers are written as ECMAScript writes them, text is escaped only where it must be.
enum CanonicalJSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// Finite.
  case number(Double)
  case text(String)
  case array([CanonicalJSON])
  case object([String: CanonicalJSON])

  /// What a value encodes as. Throws what the encoder throws, for numbers that are not finite too.
  init(encoding value: some Encodable) throws {
    guard let json = CanonicalJSON(parsing: [UInt8](try JSONEncoder().encode(value))) else {
      throw SafeguardsError(.request, "This cannot be written as JSON: \(value).")
    }
    self = json
  }

  /// The value as what it was encoded from.
  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// The one spelling.
  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += Self.text(of: value)
    case .text(let value): Self.write(value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, (name, value)) in sorted.enumerated() {
        if index > 0 { text += "," }
        Self.write(name, to: &text)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{8}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{C}": text += "\\f"
      case "\r": text += "\\r"
      case "\0"..<" ": text += "\\u00" + Hex.text([UInt8(scalar.value)])
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// ECMAScript's Number::toString: the fewest digits that give the same double again.
  static func text(of value: Double) -> String {
    guard value != 0 else { return "0" }
    guard value > 0 else { return "-" + text(of: -value) }
    // Swift finds the same digits and sets them out otherwise.
    let parts = value.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    var digits = Array(mantissa.joined())
    // value = 0.digits · 10^point
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.count > 1 && digits[0] == "0" {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1 && digits.last == "0" { digits.removeLast() }
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    if digits.count <= point && point <= 21 { return String(digits) + zeros(point - digits.count) }
    if 0 < point && point <= 21 { return String(digits[..<point]) + "." + String(digits[point...]) }
    if -6 < point && point <= 0 { return "0." + zeros(-point) + String(digits) }
    let exponent = (point > 0 ? "e+" : "e-") + String(abs(point - 1))
    return digits.count == 1
      ? String(digits) + exponent : String(digits[0]) + "." + String(digits[1...]) + exponent
  }
}

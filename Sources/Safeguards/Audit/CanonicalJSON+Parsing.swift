extension CanonicalJSON {
  /// Nil when the text is no JSON (RFC 8259), repeats a name, or is nested deeper than 64.
  init?(parsing text: String) { self.init(parsing: Array(text.utf8)) }

  init?(parsing bytes: [UInt8]) {
    var parser = Parser(bytes: bytes)
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  private struct Parser {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return place == bytes.count
      }
    }

    private mutating func skipSpace() {
      while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    /// Goes over these characters if they come next.
    private mutating func take(_ token: StaticString) -> Bool {
      let end = place + token.utf8CodeUnitCount
      guard end <= bytes.count, bytes[place..<end].elementsEqual(token.description.utf8) else { return false }
      place = end
      return true
    }

    mutating func value(depth: Int) -> CanonicalJSON? {
      skipSpace()
      guard place < bytes.count, depth < 64 else { return nil }
      switch bytes[place] {
      case UInt8(ascii: "{"): return object(depth: depth)
      case UInt8(ascii: "["): return array(depth: depth)
      case UInt8(ascii: "\""): return string().map(CanonicalJSON.text)
      case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
      case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
      case UInt8(ascii: "n"): return take("null") ? .null : nil
      default: return number()
      }
    }

    private mutating func object(depth: Int) -> CanonicalJSON? {
      var members: [String: CanonicalJSON] = [:]
      place += 1
      skipSpace()
      if take("}") { return .object(members) }
      repeat {
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\""), let name = string() else { return nil }
        skipSpace()
        guard take(":"), let value = value(depth: depth + 1), members.updateValue(value, forKey: name) == nil else {
          return nil
        }
        skipSpace()
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> CanonicalJSON? {
      var values: [CanonicalJSON] = []
      place += 1
      skipSpace()
      if take("]") { return .array(values) }
      repeat {
        guard let value = value(depth: depth + 1) else { return nil }
        values.append(value)
        skipSpace()
      } while take(",")
      return take("]") ? .array(values) : nil
    }

    private mutating func number() -> CanonicalJSON? {
      let start = place
      func isDigit() -> Bool { place < bytes.count && (0x30...0x39).contains(bytes[place]) }
      func digits() -> Bool {
        let first = place
        while isDigit() { place += 1 }
        return place > first
      }
      _ = take("-")
      if !take("0") { guard digits() else { return nil } }
      if take(".") { guard digits() else { return nil } }
      if take("e") || take("E") {
        _ = take("+") || take("-")
        guard digits() else { return nil }
      }
      guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else {
        return nil
      }
      return .number(value)
    }

    private mutating func string() -> String? {
      place += 1
      var text: [UInt8] = []
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let scalar = escaped() else { return nil }
          text += Array(String(scalar).utf8)
        case 0..<0x20: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    /// What stands behind a backslash.
    private mutating func escaped() -> Unicode.Scalar? {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "u"):
        guard let unit = hexUnit() else { return nil }
        guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
        guard take("\\u"), let low = hexUnit(), (0xDC00..<0xE000).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      default: return nil
      }
    }

    private mutating func hexUnit() -> UInt32? {
      guard place + 4 <= bytes.count else { return nil }
      let digits = String(decoding: bytes[place..<place + 4], as: UTF8.self)
      guard digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16) else { return nil }
      place += 4
      return unit
    }
  }
}

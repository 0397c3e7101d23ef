/// CRC-32 of zlib (polynomial 0xEDB88320, reflected), as FaceFusion's `.hash` files state it (models.md, Integrity).
///
/// Eight bytes a step ("slicing by eight": Kounavis and Berry, "A Systematic Approach to Building High Performance
/// Software-Based CRC Generators", 2005).
struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  /// Row k holds what a byte becomes after k further zero bytes; 8 rows of 256.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
      table[byte] = value
    }
    for place in 256..<8 * 256 {
      let before = table[place - 256]
      table[place] = before >> 8 ^ table[Int(before & 0xFF)]
    }
    return table
  }()

  mutating func update(_ bytes: [UInt8]) {
    let table = Self.table
    var value = state
    var place = 0
    while place + 8 <= bytes.count {
      let low =
        value
        ^ (UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
          | UInt32(bytes[place + 3]) << 24)
      value = table[7 * 256 + Int(low & 0xFF)] ^ table[6 * 256 + Int(low >> 8 & 0xFF)]
      value ^= table[5 * 256 + Int(low >> 16 & 0xFF)] ^ table[4 * 256 + Int(low >> 24)]
      value ^= table[3 * 256 + Int(bytes[place + 4])] ^ table[2 * 256 + Int(bytes[place + 5])]
      value ^= table[256 + Int(bytes[place + 6])] ^ table[Int(bytes[place + 7])]
      place += 8
    }
    while place < bytes.count {
      value = value >> 8 ^ table[Int((value ^ UInt32(bytes[place])) & 0xFF)]
      place += 1
    }
    state = value
  }

  /// 8 lower-case hex digits.
  var text: String {
    let digits = String(~state, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  static func text(of bytes: [UInt8]) -> String {
    var sum = CRC32()
    sum.update(bytes)
    return sum.text
  }

  /// What a `.hash` file states: 8 lower-case hex digits, white space around them allowed; nil for anything else.
  static func stated(in content: String) -> String? {
    let text = content.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    let isSum = text.count == 8 && text.allSatisfy { "0123456789abcdef".contains($0) }
    return isSum ? String(text) : nil
  }
}

import Foundation

/// Writes the few kinds of ASN.1 values (ITU-T X.690, distinguished rules) that a certificate is made of.
enum DER {
  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    guard content.count > 127 else { return [tag, UInt8(content.count)] + content }
    let length = Array(ByteOrder.big64(content.count).drop { $0 == 0 })
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { value(0x31, parts.flatMap { $0 }) }
  static func octets(_ bytes: [UInt8]) -> [UInt8] { value(0x04, bytes) }
  static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { value(0x03, [unused] + bytes) }
  static func text(_ text: String) -> [UInt8] { value(0x0c, Array(text.utf8)) }
  static func boolean(_ value: Bool) -> [UInt8] { self.value(0x01, [value ? 0xff : 0]) }

  /// A number that is not negative, from its big-endian bytes.
  static func integer(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array(bytes.drop { $0 == 0 })
    guard let first = digits.first else { return value(0x02, [0]) }
    return value(0x02, (first < 0x80 ? [] : [0]) + digits)
  }

  /// An object identifier, from its arcs.
  static func identifier(_ arcs: [Int]) -> [UInt8] {
    let content = ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap { arc -> [UInt8] in
      var groups = [UInt8(arc & 0x7f)]
      var rest = arc >> 7
      while rest > 0 {
        groups.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
        rest >>= 7
      }
      return groups
    }
    return value(0x06, content)
  }

  /// A point of time: two digits of the year until 2049, four from then on (RFC 5280, §4.1.2.5).
  static func time(_ date: Date) -> [UInt8] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    let year = parts.year ?? 0
    func two(_ number: Int?) -> String { String(format: "%02d", number ?? 0) }
    let rest = [parts.month, parts.day, parts.hour, parts.minute, parts.second].map(two).joined() + "Z"
    let isShort = (1950..<2050).contains(year)
    return value(isShort ? 0x17 : 0x18, Array(((isShort ? two(year % 100) : String(format: "%04d", year)) + rest).utf8))
  }
}

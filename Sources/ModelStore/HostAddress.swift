import Foundation

/// A numeric internet address.
public struct HostAddress: Sendable, Hashable, CustomStringConvertible {
  /// 4 bytes (IPv4) or 16 (IPv6), in network order.
  public let bytes: [UInt8]

  /// Reads the usual notations (`127.0.0.1`, `::1`, a zone after `%` is left out); nil for anything else.
  public init?(_ text: String) {
    let plain = text.prefix { $0 != "%" }
    var four = [UInt8](repeating: 0, count: 4)
    var sixteen = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, String(plain), &four) == 1 {
      bytes = four
    } else if inet_pton(AF_INET6, String(plain), &sixteen) == 1 {
      bytes = sixteen
    } else {
      return nil
    }
  }

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether the address is reachable from the whole internet: not loopback, private, link-local, multicast or set
  /// aside (IANA's registries of special-purpose addresses, RFC 6890 and its updates). An IPv6 address that carries an
  /// IPv4 one is judged by that.
  public var isPublic: Bool {
    guard bytes.count == 16 else { return !Self.isSpecial(bytes[...]) }
    if let carried = Self.carriedIPv4(bytes) { return !Self.isSpecial(carried) }
    return !Self.special6.contains { Self.lies(bytes[...], in: $0) }
  }

  /// Whether the address is `rule`, or in its block (`10.0.0.0/8`, `fc00::/7`).
  func lies(in rule: String) -> Bool {
    let words = rule.split(separator: "/", maxSplits: 1).map(String.init)
    guard let first = words.first.flatMap(HostAddress.init), first.bytes.count == bytes.count else { return false }
    let bits = words.count == 2 ? Int(words[1]) : bytes.count * 8
    guard let bits, (0...bytes.count * 8).contains(bits) else { return false }
    return Self.lies(bytes[...], in: (first.bytes, bits))
  }

  private typealias Block = (start: [UInt8], bits: Int)

  private static let special4: [Block] = [
    ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
  ]

  /// Unique local, link-local and former site-local, multicast, documentation, discard, Teredo, local NAT64, and
  /// everything below `::/8`.
  private static let special6: [Block] = [
    ([0], 8), ([0xFC], 7), ([0xFE, 0x80], 10), ([0xFE, 0xC0], 10), ([0xFF], 8), ([0x20, 0x01, 0x0D, 0xB8], 32),
    ([0x01, 0, 0, 0, 0, 0, 0, 0], 64), ([0x20, 0x01, 0, 0], 32), ([0, 0x64, 0xFF, 0x9B, 0, 1], 48),
    ([0x3F, 0xFF, 0], 20), ([0x5F, 0], 16),
  ]

  private static func isSpecial(_ four: ArraySlice<UInt8>) -> Bool { special4.contains { lies(four, in: $0) } }

  /// Mapped (`::ffff:a.b.c.d`), NAT64 (`64:ff9b::a.b.c.d`) and 6to4 (`2002:aabb:ccdd::`).
  private static func carriedIPv4(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    if lies(bytes[...], in: ([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF], 96)) { return bytes[12...] }
    if lies(bytes[...], in: ([0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8), 96)) { return bytes[12...] }
    if bytes[0] == 0x20, bytes[1] == 0x02 { return bytes[2..<6] }
    return nil
  }

  private static func lies(_ address: ArraySlice<UInt8>, in block: Block) -> Bool {
    var left = block.bits
    for (mine, its) in zip(address, block.start) where left > 0 {
      let mask = left >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> left)
      if mine & mask != its & mask { return false }
      left -= 8
    }
    return true
  }
}

import Crypto

/// The secret that places a watermark. Who lacks it can neither read nor forge the mark.
public struct WatermarkKey: Sendable {
  let bytes: [UInt8]

  /// - Parameter bytes: 32 random bytes.
  /// - Throws: `key` when there are not 32.
  public init(bytes: [UInt8]) throws(SafeguardsError) {
    guard bytes.count == 32 else {
      throw SafeguardsError(
        .key, "A watermark key has 32 bytes, this one has \(bytes.count).", hint: "Let Likeness make a new one.")
    }
    self.bytes = bytes
  }

  /// A stream of random bits that only this key gives: SHA-256 over the key, a name and a counter.
  func bits(_ count: Int, for purpose: String) -> [Bool] {
    var result: [Bool] = []
    result.reserveCapacity(count + 255)
    var counter: UInt32 = 0
    while result.count < count {
      var hash = SHA256()
      hash.update(data: bytes)
      hash.update(data: Array("likeness watermark 1 \(purpose) \(counter)".utf8))
      for byte in hash.finalize() {
        for bit in 0..<8 { result.append(byte >> UInt8(bit) & 1 == 1) }
      }
      counter += 1
    }
    return Array(result.prefix(count))
  }

  /// The numbers below `count` in an order that only this key gives (Fisher and Yates over 32-bit draws; the bias of the
  /// remainder is below 10^-6).
  func order(_ count: Int, for purpose: String) -> [Int] {
    let drawn = bits(32 * count, for: purpose)
    var result = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      var draw = 0
      for bit in 0..<32 { draw = draw << 1 | (drawn[32 * i + bit] ? 1 : 0) }
      result.swapAt(i, draw % (i + 1))
    }
    return result
  }
}

/// What a watermark says: 64 bits that lead to a line of the audit log.
public struct WatermarkID: Sendable, Hashable, Codable, CustomStringConvertible {
  public let value: UInt64

  public init(value: UInt64) { self.value = value }

  /// Reads 16 hexadecimal digits; nil for any other text.
  public init?(hex: String) {
    guard hex.utf8.count == 16, hex.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt64(hex, radix: 16)
    else { return nil }
    self.value = value
  }

  public static func random() -> WatermarkID { WatermarkID(value: .random(in: .min ... .max)) }

  /// 16 hexadecimal digits, lower case.
  public var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public var description: String { hex }
}

import Foundation
public import Imaging

/// What a picture looks like in 64 bits: pictures that look alike differ in few of them, whatever their size and coding.
///
/// The signs of the 64 lowest frequencies (DCT-II, without the mean) of the picture's brightness at 32 × 32, each against
/// the middle of all. The picture cannot be got back from it.
public struct PerceptualHash: Sendable, Hashable {
  /// The lowest frequency in the highest bit.
  public let bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  /// 16 hex digits, as ``text`` gives them.
  public init?(text: String) {
    guard text.utf8.count == 16, Hex.bytes(text) != nil, let bits = UInt64(text, radix: 16) else { return nil }
    self.bits = bits
  }

  public init(_ frame: Frame) {
    let luma = frame.lumaThumbnail(columns: Self.side, rows: Self.side).map(Double.init)
    let values = Self.frequencies.map { across, down in
      var sum = 0.0
      for y in 0..<Self.side {
        var row = 0.0
        for x in 0..<Self.side { row += luma[y * Self.side + x] * Self.cosines[across][x] }
        sum += row * Self.cosines[down][y]
      }
      // Rounded, so that a plain picture is not judged by what arithmetic left over.
      return (sum / 4).rounded()
    }
    let sorted = values.sorted()
    let middle = (sorted[31] + sorted[32]) / 2
    bits = values.reduce(0) { $0 << 1 | ($1 > middle ? 1 : 0) }
  }

  public var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// How many bits differ, 0…64. Up to about 10 the two are most likely versions of one picture.
  public func distance(to other: PerceptualHash) -> Int { (bits ^ other.bits).nonzeroBitCount }

  private static let side = 32

  /// The 64 pairs of lowest sum but (0, 0), diagonal by diagonal.
  private static let frequencies: [(Int, Int)] = Array(
    (1...10).flatMap { sum in (0...sum).map { (sum - $0, $0) } }.prefix(64))

  /// `cosines[k][x]` = cos(π k (2x + 1) / 64)
  private static let cosines: [[Double]] = (0...10).map { k in
    (0..<side).map { cos(Double.pi * Double(k) * Double(2 * $0 + 1) / Double(2 * side)) }
  }
}

extension PerceptualHash: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let hash = PerceptualHash(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "16 hex digits are expected.")
    }
    self = hash
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

import Foundation
import Testing

@testable import Safeguards

@Suite struct WatermarkCodeTests {
  /// The code as the book has it: each output is the parity of the last nine bits under a generator.
  private func plainEncode(_ id: UInt64) -> [Bool] {
    // Division of the bits with 16 zeros behind them by x^16 + x^12 + x^5 + 1, the start value put on the first 16.
    var bits = (0..<64).map { Int(id >> UInt64(63 - $0) & 1) }
    let message = bits
    for i in 0..<16 { bits[i] ^= 1 }
    bits += [Int](repeating: 0, count: 16)
    for i in 0..<64 where bits[i] == 1 {
      for power in [16, 12, 5, 0] { bits[i + 16 - power] ^= 1 }
    }
    let all = message + bits.suffix(16)
    var coded: [Bool] = []
    for i in 0..<80 {
      for generator in ["101101111", "110110011", "111001001"] {
        var parity = 0
        for (delay, tap) in generator.enumerated() where tap == "1" { parity ^= all[(i - delay + 80) % 80] }
        coded.append(parity == 1)
      }
    }
    return coded
  }

  @Test(arguments: [0, 1, UInt64.max, 0x0123_4567_89AB_CDEF, 0xDEAD_BEEF_0000_0001])
  func encodesAndDecodes(_ value: UInt64) {
    let id = WatermarkID(value: value)
    let coded = WatermarkCode.encode(id)
    #expect(coded == plainEncode(value))
    #expect(WatermarkCode.decode(coded.map { $0 ? 1 : -1 }) == id)
  }

  @Test func mendsErrorsAndSaysWhenItCannot() {
    let id = WatermarkID(value: 0x55AA_1234_9876_FEDC)
    var soft: [Float] = WatermarkCode.encode(id).map { $0 ? 1 : -1 }
    // Every tenth bit wrong, every seventh unknown.
    for index in stride(from: 3, to: soft.count, by: 10) { soft[index].negate() }
    for index in stride(from: 1, to: soft.count, by: 7) { soft[index] = 0 }
    #expect(WatermarkCode.decode(soft) == id)
    var draw = TestRandom(state: 4)
    let noise = (0..<240).map { _ in Float(draw.signed()) }
    #expect(WatermarkCode.decode(noise) == nil)
  }

  @Test func idsReadAndWriteHexadecimal() {
    #expect(WatermarkID(value: 255).hex == "00000000000000ff")
    #expect(WatermarkID(hex: "00000000000000FF") == WatermarkID(value: 255))
    for text in ["", "ff", "00000000000000fg", "+0000000000000ff", "000000000000000ff"] {
      #expect(WatermarkID(hex: text) == nil)
    }
    #expect(WatermarkID.random() != WatermarkID.random())
  }

  @Test func keysHaveThirtyTwoBytesAndDiffer() throws {
    #expect(throws: SafeguardsError.self) { try WatermarkKey(bytes: [1, 2, 3]) }
    let (a, b) = (WatermarkChips(key: try testKey(1)), WatermarkChips(key: try testKey(2)))
    #expect(a.pilot != b.pilot)
    #expect(Set(a.pilot + a.data.map(\.wave)) == Set(WatermarkChips.waves.indices))
    // Two keys agree in about half of the signs.
    let agreeing = zip(a.signs, b.signs).filter { $0.cosine == $1.cosine }.count
    #expect(abs(agreeing - a.signs.count / 2) < 60)
    let bits = a.data.flatMap { [$0.cosineBit, $0.sineBit] }
    #expect(Set(bits).count == WatermarkCode.codedBits)
  }
}

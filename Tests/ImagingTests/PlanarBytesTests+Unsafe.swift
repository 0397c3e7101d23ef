import Imaging
import TestSupport
import Testing

/// Planes of numbers as bytes, against the formula written out.
@Suite struct PlanarBytesTests {
  private static func level(_ number: Float, _ range: PlanarBytes.Range, rounds: Bool) -> UInt8 {
    let low: Float = range == .unit ? 0 : -1
    let kept = number < low ? low : number > 1 ? 1 : number
    let scaled = range == .unit ? kept * 255 : (kept + 1) / 2 * 255
    return UInt8(rounds ? scaled.rounded(.toNearestOrEven) : scaled.rounded(.down))
  }

  private static func planes(_ count: Int) -> [[Float]] {
    [0, 1, 2].map { (plane: Int) -> [Float] in (0..<count).map { number($0, plane) } }
  }

  /// Halves of levels now and then, and numbers beyond both ends.
  private static func number(_ index: Int, _ plane: Int) -> Float {
    if index % 5 == 0 { return (Float(index % 256) + 0.5) / 255 }
    let step = (index * 7919 + plane * 31) % 2600
    return Float(step) / 1000 - 1.3
  }

  @Test(arguments: [PlanarBytes.Range.unit, .signed], [true, false])
  func pixelsAreTheNumbersOfTheThreePlanes(range: PlanarBytes.Range, rounds: Bool) {
    let bytes = PlanarBytes(range, rounds: rounds)
    for count in [0, 1, 7, 8, 9, 16, 101, 512] {
      let planes = Self.planes(count)
      var pixels = [UInt8](repeating: 77, count: 3 * count + 2)
      pixels.withUnsafeMutableBufferPointer { pixels in
        bytes.put(planes[0], planes[1], planes[2], count: count, to: pixels.baseAddress!)
      }
      for index in 0..<count {
        for channel in 0..<3 {
          let expected = Self.level(planes[channel][index], range, rounds: rounds)
          if pixels[3 * index + channel] != expected { Issue.record("pixel \(index), channel \(channel) of \(count)") }
        }
      }
      #expect(pixels.suffix(2) == [77, 77])
    }
  }

  @Test func mixingIsThePeersWeightedSum() {
    let (count, old, new) = (43, Float(0.3), Float(0.7))
    let planes = Self.planes(count)
    let before = (0..<3 * count).map { (index: Int) -> UInt8 in UInt8(index * 37 % 256) }
    var pixels = before
    pixels.withUnsafeMutableBufferPointer { pixels in
      PlanarBytes(.unit, rounds: false).mix(
        planes[0], planes[1], planes[2], count: count, old: old, new: new, to: pixels.baseAddress!)
    }
    for index in 0..<3 * count {
      let level = Self.level(planes[index % 3][index / 3], .unit, rounds: false)
      let share = Double(Float(level) * new)
      let sum = Float(Double(old) * Double(before[index]) + share)
      #expect(pixels[index] == UInt8(sum.rounded(.toNearestOrEven)))
    }
  }
}

import Foundation
import Testing

@testable import Processors

@Suite struct ResamplingTests {
  private func tone(_ frequency: Double, rate: Double, count: Int) -> [Float] {
    (0..<count).map { Float(sin(2 * Double.pi * frequency * Double($0) / rate)) }
  }

  @Test(arguments: [(3000, 1000), (3001, 1000), (3002, 1001), (1, 0), (2, 1), (0, 0), (5, 2)])
  func aThirdOfTheSamplesIsLeft(count: Int, expected: Int) {
    #expect(StereoSound.silence(count).thirdRate().count == expected)
  }

  /// Tones that fit the length exactly are kept exactly; those above 8 kHz are gone.
  @Test func lowTonesStayAndHighOnesGo() {
    let sound = StereoSound(
      left: tone(440, rate: 48000, count: 4800), right: tone(9000, rate: 48000, count: 4800))
    let result = sound.thirdRate()
    let expected = tone(440, rate: 16000, count: 1600)
    #expect(zip(result.left, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(result.right.allSatisfy { abs($0) < 1e-6 })
  }

  /// The tone at the very limit counts twice where the new length is even, so it keeps its height.
  @Test func theLastBinKeepsItsHeight() {
    let samples = (0..<12).map { Float(cos(2 * Double.pi * 2 * Double($0) / 12)) }
    let result = StereoSound(left: samples, right: samples).thirdRate()
    #expect(zip(result.left, [1, -1, 1, -1]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
  }

  /// Longer than what is transformed as a whole: blocks of 65536 samples, three of them.
  @Test func longSoundsGoInBlocks() {
    let count = 3 * 175_001
    let sound = StereoSound(
      left: tone(440, rate: 48000, count: count), right: tone(1234.5, rate: 48000, count: count))
    let result = sound.thirdRate()
    #expect(result.count == 175_001)
    let (left, right) = (
      tone(440, rate: 16000, count: 175_001), tone(1234.5, rate: 16000, count: 175_001)
    )
    // The sound begins and ends suddenly, which rings for some hundred samples.
    let middle = 2000..<173_000
    #expect(middle.allSatisfy { abs(result.left[$0] - left[$0]) < 1e-3 })
    #expect(middle.allSatisfy { abs(result.right[$0] - right[$0]) < 1e-3 })
  }
}

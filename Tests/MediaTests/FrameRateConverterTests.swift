import Testing

@testable import Media

@Suite struct FrameRateConverterTests {
  /// Slots of each frame for frames shown at multiples of 1/25 s.
  private func slots(rate: Rational, frames: Int, start: Int64 = 0) -> [Int] {
    var converter = FrameRateConverter(rate: rate, timeBase: Rational(1, 25))
    _ = converter.slots(until: start)
    return (1...frames).map { converter.slots(until: start + Int64($0)).count }
  }

  @Test func theSameRateShowsEveryFrameOnce() {
    #expect(slots(rate: Rational(25, 1), frames: 10) == Array(repeating: 1, count: 10))
  }

  @Test func doubleRateShowsEveryFrameTwice() {
    #expect(slots(rate: Rational(50, 1), frames: 10) == Array(repeating: 2, count: 10))
  }

  @Test func halfRateShowsEverySecondFrame() {
    let counts = slots(rate: Rational(25, 2), frames: 10)
    #expect(counts.reduce(0, +) == 5)
    #expect(counts.allSatisfy { $0 <= 1 })
  }

  @Test(arguments: [Rational(30, 1), Rational(24000, 1001), Rational(60, 1), Rational(7, 1)])
  func theNumberOfSlotsIsTheDurationTimesTheRate(rate: Rational) {
    let total = slots(rate: rate, frames: 250).reduce(0, +)
    #expect(abs(Double(total) - 10 * rate.value) <= 0.5)
  }

  @Test func timesBelowZeroRoundLikeOthers() {
    let converter = FrameRateConverter(rate: Rational(10, 1), timeBase: Rational(1, 100))
    #expect(converter.slot(of: -14) == -1)
    #expect(converter.slot(of: -16) == -2)
    #expect(converter.slot(of: -5) == 0)
    #expect(converter.slot(of: 5) == 1)
    #expect(converter.slot(of: 4) == 0)
  }

  @Test func hugeTimesDoNotOverflow() {
    let converter = FrameRateConverter(rate: Rational(60000, 1001), timeBase: Rational(1, 90000))
    #expect(converter.slot(of: 9_000_000_000_000) > 5_990_000_000)
  }

  @Test func theClockKeepsSourceTimesWithoutARate() {
    var clock = OutputClock(sourceTimeBase: Rational(1, 1000), origin: 500, fps: nil)
    let none = clock.slots(until: 500)
    #expect(none.isEmpty)
    let first = clock.slots(until: 533)
    #expect(first.count == 1 && first[0].pts == 0 && first[0].duration == 33)
    let second = clock.slots(until: 700)
    #expect(second[0].pts == 33 && second[0].duration == 167)
    #expect(abs(clock.duration - 0.2) < 1e-9)
    #expect(clock.timeBase == Rational(1, 1000))
  }

  @Test func theClockCountsSlotsWithARate() {
    var clock = OutputClock(sourceTimeBase: Rational(1, 1000), origin: 0, fps: Rational(20, 1))
    let slots = [0, 100, 200].map { clock.slots(until: $0).map(\.pts) }
    #expect(slots == [[], [0, 1], [2, 3]])
    #expect(clock.timeBase == Rational(1, 20))
    #expect(abs(clock.duration - 0.2) < 1e-9)
  }
}

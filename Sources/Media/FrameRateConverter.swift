/// Chooses which frames of a video are shown at a constant rate: each output slot takes the frame nearest in time, so
/// frames are repeated or left out and the duration stays.
struct FrameRateConverter {
  let rate: Rational
  private let timeBase: Rational
  private var nextSlot: Int64?

  /// `timeBase` is that of the incoming times; time 0 is slot 0.
  init(rate: Rational, timeBase: Rational) {
    self.rate = rate
    self.timeBase = timeBase
  }

  /// The slot whose time is nearest; halves go up.
  func slot(of time: Int64) -> Int64 {
    let numerator = Int64(rate.numerator) * Int64(timeBase.numerator)
    let denominator = Int64(rate.denominator) * Int64(timeBase.denominator)
    let (product, overflow) = time.multipliedReportingOverflow(by: 2 * numerator)
    guard !overflow else { return Int64((Double(time) * rate.value * timeBase.value + 0.5).rounded(.down)) }
    let sum = product + denominator
    let quotient = sum / (2 * denominator)
    // Swift's division rounds towards zero; below zero that is one too many.
    return sum < 0 && sum % (2 * denominator) != 0 ? quotient - 1 : quotient
  }

  /// The slots that the frame *before* the one at `time` fills. Call with every frame's time in order, and at last with the
  /// end of the last frame.
  mutating func slots(until time: Int64) -> Range<Int64> {
    let target = slot(of: time)
    guard let next = nextSlot else {
      nextSlot = target
      return target..<target
    }
    let end = max(next, target)
    nextSlot = end
    return next..<end
  }
}

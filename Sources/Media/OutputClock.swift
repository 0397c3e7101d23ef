/// Places frames in the output's time: at their own times, or in the slots of a constant rate.
struct OutputClock {
  struct Slot {
    var pts: Int64
    var duration: Int64
  }

  /// Unit of the output's times.
  let timeBase: Rational
  private let sourceTimeBase: Rational
  /// Time of the source that becomes 0.
  private let origin: Int64
  private var converter: FrameRateConverter?
  private var previous: Int64?
  private var first: Int64?
  private var end: Int64 = 0

  /// `fps` nil keeps the source's times.
  init(sourceTimeBase: Rational, origin: Int64, fps: Rational?) {
    self.sourceTimeBase = sourceTimeBase
    self.origin = origin
    timeBase = fps?.inverse ?? sourceTimeBase
    converter = fps.map { FrameRateConverter(rate: $0, timeBase: sourceTimeBase) }
  }

  /// The places of the frame that came before `pts`; none for the first call.
  mutating func slots(until pts: Int64) -> [Slot] {
    let time = pts - origin
    defer { previous = time }
    if converter != nil {
      let slots = converter?.slots(until: time) ?? 0..<0
      guard !slots.isEmpty else { return [] }
      first = first ?? slots.lowerBound
      end = slots.upperBound
      return slots.map { Slot(pts: $0, duration: 1) }
    }
    guard let previous else { return [] }
    first = first ?? previous
    end = time
    return [Slot(pts: previous, duration: max(1, time - previous))]
  }

  /// The slot of a frame by itself.
  func slot(of frame: VideoFrame) -> Int64 {
    converter?.slot(of: frame.pts - origin) ?? (frame.pts - origin)
  }

  /// Seconds on the output's clock of a time of the source.
  func seconds(of pts: Int64) -> Double { Double(pts - origin) * sourceTimeBase.value }

  /// Seconds covered so far.
  var duration: Double { Double(end - (first ?? end)) * timeBase.value }
}

/// Sound of two channels, as many samples each.
public struct StereoSound: Sendable, Equatable {
  public var left: [Float]
  public var right: [Float]

  /// Samples of a channel.
  public var count: Int { left.count }

  /// - Parameters:
  ///   - left: Any scale; nothing here depends on it.
  ///   - right: As many samples.
  public init(left: [Float], right: [Float]) {
    precondition(left.count == right.count, "both channels have as many samples")
    self.left = left
    self.right = right
  }

  /// From pairs left, right, left, right, …
  public init(interleaved samples: [Float]) {
    self.init(
      left: stride(from: 0, to: samples.count - 1, by: 2).map { samples[$0] },
      right: stride(from: 1, to: samples.count, by: 2).map { samples[$0] })
  }

  public static func silence(_ count: Int) -> StereoSound {
    StereoSound(left: Array(repeating: 0, count: count), right: Array(repeating: 0, count: count))
  }

  /// Pairs left, right, left, right, …
  public var interleaved: [Float] { zip(left, right).flatMap { [$0, $1] } }

  /// A part, cut at the ends of the sound.
  public subscript(_ range: Range<Int>) -> StereoSound {
    let range = range.clamped(to: 0..<count)
    return StereoSound(left: Array(left[range]), right: Array(right[range]))
  }

  public func scaled(by factor: Float) -> StereoSound {
    StereoSound(left: left.map { $0 * factor }, right: right.map { $0 * factor })
  }
}

extension StereoSound {
  /// What sounds are decoded to (vision.md §26).
  public static let rate = 48000
  /// What voices are looked at in.
  public static let voiceRate = 16000

  /// The mean of both channels with a peak of 1, and of each sample the one before taken off at 0.97 (vision.md §26,
  /// step 3). Silence stays silence.
  public var prepared: [Double] {
    var samples = zip(left, right).map { (Double($0) + Double($1)) / 2 }
    let peak = samples.reduce(0) { max($0, abs($1)) }
    guard peak > 0 else { return samples }
    var before = 0.0
    for index in samples.indices {
      let value = samples[index] / peak
      samples[index] = value - 0.97 * before
      before = value
    }
    return samples
  }
}

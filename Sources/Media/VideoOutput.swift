public import Imaging

/// How a video is to be written. Names, ranges and defaults are those of the options `--output-video-…` and
/// `--output-audio-…`.
public struct VideoOutput: Sendable {
  /// nil = the first of ``EncoderProbe/availableVideoEncoders()`` that fits the container.
  public var encoder: VideoEncoder?
  public var preset: VideoPreset
  /// 0…100.
  public var quality: Int
  /// Whole times by which the frames that will be written are larger than the source's, on both axes.
  public var enlargement: Int
  /// 0.25…8, of the source, whatever ``enlargement`` is; 1 is its size exactly, else both sides are rounded to even
  /// numbers. nil = the size of the frames that will be written.
  public var scale: Double?
  /// Frames a second; nil keeps every frame at its own time.
  public var fps: Rational?
  /// nil = tracks are copied as they are where possible, else encoded with ``Container/defaultAudioEncoder``.
  public var audioEncoder: AudioEncoder?
  /// 0…100, for tracks that are encoded.
  public var audioQuality: Int
  /// Percent, 0…100; 0 leaves sound out.
  public var audioVolume: Int
  /// Threads of the video encoder; 0 lets it choose.
  public var threads: Int
  /// Further options of the encoder by FFmpeg's names, such as `tune` or `x264-params`.
  public var encoderOptions: [String: String]
  /// Tags of the file beside those of the source, whose tags of the same names they replace; an empty one only takes the
  /// source's away. Used where ``Container/keepsAnyTag``.
  public var tags: [String: String]
  /// The card on which frames lie: an encoder on it takes them from there. nil = frames come from the host.
  public var card: EncoderCard?

  public init(
    encoder: VideoEncoder? = nil, preset: VideoPreset = .quick, quality: Int = 80,
    enlargement: Int = 1, scale: Double? = nil,
    fps: Rational? = nil, audioEncoder: AudioEncoder? = nil, audioQuality: Int = 80, audioVolume: Int = 100,
    threads: Int = 0, encoderOptions: [String: String] = [:], tags: [String: String] = [:],
    card: EncoderCard? = nil
  ) {
    self.encoder = encoder
    self.preset = preset
    self.quality = quality
    self.enlargement = enlargement
    self.scale = scale
    self.fps = fps
    self.audioEncoder = audioEncoder
    self.audioQuality = audioQuality
    self.audioVolume = audioVolume
    self.threads = threads
    self.encoderOptions = encoderOptions
    self.tags = tags
    self.card = card
  }

  /// Throws badSetting naming the first value out of its range.
  func validate() throws {
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
      guard range.contains(value) else {
        throw MediaError(
          .badSetting, "\(name) is \(value), which is not between \(range.lowerBound) and \(range.upperBound).")
      }
    }
    try check("The video quality", Double(quality), 0...100)
    try check("The audio quality", Double(audioQuality), 0...100)
    try check("The audio volume", Double(audioVolume), 0...100)
    try check("The enlargement", Double(enlargement), 1...64)
    if let scale { try check("The scale", scale, 0.25...8) }
    if let fps {
      guard fps.isPositive else { throw MediaError(.badSetting, "A frame rate of \(fps) is not possible.") }
      try check("The frame rate", fps.value, 1...1000)
    }
  }

  /// Size of the encoded frames for a source of this size.
  public func size(of source: PixelSize) -> PixelSize {
    if let scale { return VideoOutput.scaledSize(source, by: scale) }
    return PixelSize(width: source.width * enlargement, height: source.height * enlargement)
  }

  /// Size after scaling: unchanged at scale 1; else truncated, then rounded to even (half to even), at least 2.
  public static func scaledSize(_ size: PixelSize, by scale: Double) -> PixelSize {
    guard scale != 1 else { return size }
    func side(_ value: Int) -> Int {
      let truncated = (Double(value) * scale).rounded(.towardZero)
      return max(2, Int((truncated / 2).rounded(.toNearestOrEven)) * 2)
    }
    return PixelSize(width: side(size.width), height: side(size.height))
  }
}

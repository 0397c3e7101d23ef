import CFFmpeg
import Imaging

/// Reads the frames of a video, upright and in order, with exact times.
///
/// Anything FFmpeg demuxes from a local file is read; nothing else is opened (no network, no playlist). A reader belongs
/// to one thread at a time. Frames may be handed to other threads; a bounded number of them should be alive, since each
/// holds a buffer of the decoder.
public final class VideoReader {
  /// What happens when part of the file is missing or broken.
  public enum DamagePolicy: Sendable {
    /// ``next()`` throws ``MediaError/Code/damaged`` with the frame's number.
    case stop
    /// What can be read is delivered; ``VideoReader/damage`` counts the rest.
    case continueOnDamage
  }

  public struct Options: Sendable {
    /// Threads of the decoder; 0 lets FFmpeg choose.
    public var threads: Int
    /// First frame number, from 0. Beyond the end there are no frames.
    public var trimStart: Int?
    /// First frame number that is left out.
    public var trimEnd: Int?
    public var damagePolicy: DamagePolicy
    public var decoder: VideoDecoder
    /// Number of the card, as CUDA counts.
    public var device: Int
    /// The card, where it is open already; in place of `device`.
    public var card: CardAccess?
    /// How many ``HardwareFrame`` may be alive at once; frames beyond them, and all with 0, come to the host at once.
    public var heldHardwareFrames: Int

    public init(
      threads: Int = 2, trimStart: Int? = nil, trimEnd: Int? = nil, damagePolicy: DamagePolicy = .stop,
      decoder: VideoDecoder = .cpu, device: Int = 0, card: CardAccess? = nil, heldHardwareFrames: Int = 0
    ) {
      self.threads = threads
      self.trimStart = trimStart
      self.trimEnd = trimEnd
      self.damagePolicy = damagePolicy
      self.decoder = decoder
      self.device = device
      self.card = card
      self.heldHardwareFrames = heldHardwareFrames
    }
  }

  /// What could not be read, under ``DamagePolicy/continueOnDamage``.
  public struct Damage: Sendable, Hashable {
    /// Number of unreadable packets and frames.
    public var count = 0
    /// The first of them, in words.
    public var first: String?
  }

  public let source: VideoSource
  public var damage: Damage { watch.damage }
  /// Who decodes: `cpu` or `cuda`.
  public var decoder: VideoDecoder { hardware == nil ? .cpu : .cuda }
  /// Why the CPU decodes though something else was asked for, a sentence.
  public let decoderNote: String?

  private let options: Options
  private let watch: DamageWatch
  private var stream: VideoStreamDecoder
  private let converter: FrameConverter
  private let hardware: (any HardwareDecoding)?
  private let held: HeldFrames
  private var pending: (box: AVFrameBox, host: AVFrameBox)?
  private var nextIndex: Int
  private var lastPTS: Int64?
  private let nominalDuration: Int64

  /// Opens the file and decodes up to the first frame to be delivered.
  ///
  /// Throws: notFound, emptyFile, unreadable, refersElsewhere, noVideo, noFrames, damaged, decoderUnavailable.
  public convenience init(path: String, options: Options = .init()) throws {
    try self.init(path: path, options: options) { try CUDADecoding(options: $0) }
  }

  /// - Parameter openHardware: opens the card, or what stands for it.
  package init(path: String, options: Options, openHardware: HardwareOpening) throws {
    let start = try VideoReader.start(path: path, options: options, openHardware: openHardware)
    let first = max(0, options.trimStart ?? 0)
    let (stream, input) = (start.stream, start.stream.input)
    let orientation = input.orientation(of: stream.streamIndex)
    let converter = try FrameConverter(first: start.host, orientation: orientation)
    let frameRate = input.frameRate(of: stream.streamIndex)
    self.options = options
    watch = start.watch
    self.stream = stream
    self.converter = converter
    hardware = start.hardware
    held = HeldFrames(limit: options.heldHardwareFrames)
    decoderNote = start.note
    pending = (start.first, start.host)
    nextIndex = first
    let timeBase = input.timeBase(of: stream.streamIndex)
    nominalDuration = max(1, Int64((1 / (frameRate.value * timeBase.value)).rounded()))
    source = VideoSource(
      path: path, input: input, streamIndex: stream.streamIndex, first: start.host, converter: converter,
      firstFrame: first, endFrame: options.trimEnd)
  }

  /// The next frame, nil at the end of the file or of the range.
  ///
  /// Throws: damaged (only under ``DamagePolicy/stop``), outOfMemory, decoderUnavailable.
  public func next() throws -> VideoFrame? {
    if let end = options.trimEnd, nextIndex >= end { return nil }
    watch.frame = nextIndex
    guard let box = try pending?.box ?? stream.next() else { return nil }
    let host = pending?.host
    pending = nil
    if box.isCorrupt { try watch.note("the picture is incomplete") }
    let duration = box.duration > 0 ? box.duration : nominalDuration
    var pts = box.bestTimestamp ?? lastPTS.map { $0 + nominalDuration } ?? 0
    // Broken files repeat or turn back; times of a video that is written must grow.
    if let lastPTS, pts <= lastPTS { pts = lastPTS + 1 }
    lastPTS = pts
    watch.time = Double(pts) * source.timeBase.value
    let (frame, shared) = try frame(of: box, host: host)
    watch.sawGoodFrame = watch.sawGoodFrame || !box.isCorrupt
    defer { nextIndex += 1 }
    return VideoFrame(
      frame: frame, index: nextIndex, pts: pts, duration: duration, timeBase: source.timeBase,
      isInterlaced: box.isInterlaced, isTopFieldFirst: box.isTopFieldFirst, isDamaged: box.isCorrupt,
      shared: shared, pool: converter.pool)
  }

  /// The upright frame, on the card where it can stay there; the second value is the box whose memory it shares.
  ///
  /// - Parameter host: the decoded frame in the memory of the host, where it is there already.
  private func frame(of box: AVFrameBox, host: AVFrameBox?) throws -> (frame: Frame, shared: AVFrameBox?) {
    guard let hardware, hardware.holds(box) else { return try converter.convert(box) }
    if let place = held.take(), let device = hardware.frame(box, place: place),
      let frame = converter.frame(on: device)
    {
      return (frame, nil)
    }
    return try converter.convert(host ?? hardware.download(box))
  }

  static func noFrames(path: String, options: Options) -> MediaError {
    guard options.trimStart != nil || options.trimEnd != nil else {
      return MediaError(.noFrames, "'\(path)' has a video stream without a single readable frame.")
    }
    let start = options.trimStart ?? 0
    let end = options.trimEnd.map { "\($0)" } ?? "the end"
    return MediaError(
      .noFrames, "'\(path)' has no frame between \(start) and \(end).",
      hint: "Frames count from 0; the end is left out.")
  }
}

/// Counts damage, or turns it into an error, and knows where in the video it happened.
final class DamageWatch {
  let path: String
  let policy: VideoReader.DamagePolicy
  var damage = VideoReader.Damage()
  var frame = 0
  var time: Double?
  /// Recordings may start between key frames: what comes before the first whole picture is no damage of the file.
  var sawGoodFrame = false
  var toleratesStart = false

  init(path: String, policy: VideoReader.DamagePolicy) {
    self.path = path
    self.policy = policy
  }

  func note(_ reason: String) throws {
    let place = time.map { "after \(($0 * 1000).rounded() / 1000) s" } ?? "at the start"
    let sentence = "'\(path)' is damaged at frame \(frame) (\(place)): \(reason)"
    damage.count += 1
    if damage.first == nil { damage.first = sentence }
    if policy == .stop, sawGoodFrame || !toleratesStart {
      throw MediaError(
        .damaged, sentence + ".", hint: "With '--on-damage continue' the readable part is processed.")
    }
  }
}

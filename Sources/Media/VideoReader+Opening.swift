import CFFmpeg
import Imaging

extension VideoReader {
  /// Below this number of frames decoding from the start is quicker than looking for a place to seek to.
  static let seekThreshold = 48

  /// A decoder placed at or before `firstFrame`, and the number of the frame it will deliver first.
  static func open(
    path: String, firstFrame: Int, threads: Int, hardware: (any HardwareDecoding)?, watch: DamageWatch
  ) throws -> (stream: VideoStreamDecoder, index: Int) {
    func openAtStart() throws -> VideoStreamDecoder {
      try Self.openAtStart(path: path, threads: threads, hardware: hardware, watch: watch)
    }
    let stream = try openAtStart()
    guard firstFrame >= seekThreshold, let plan = planTrim(stream, frame: firstFrame) else {
      // A scan has moved the read position, and not every format seeks back: open afresh.
      let untouched = firstFrame < seekThreshold
      return (untouched ? stream : try openAtStart(), 0)
    }
    if let found = try seek(stream, plan: plan, frame: firstFrame, watch: watch) { return (found, firstFrame) }
    return (try openAtStart(), 0)
  }

  private static func openAtStart(
    path: String, threads: Int, hardware: (any HardwareDecoding)?, watch: DamageWatch
  ) throws -> VideoStreamDecoder {
    let input = try InputFile(path: path)
    let index = try input.mainVideoStream()
    // Broadcast and other recordings without an index may begin anywhere.
    watch.toleratesStart = input.containerNames.contains { ["mpegts", "mpeg", "h264", "hevc"].contains($0) }
    return try VideoStreamDecoder(input: input, streamIndex: index, threads: threads, hardware: hardware) {
      try watch.note($0)
    }
  }

  private static func planTrim(_ stream: VideoStreamDecoder, frame: Int) -> TrimPlan? {
    guard let packet = try? Packet() else { return nil }
    var scan = TrimPlan.Scan(frame: frame)
    while case .packet = stream.input.read(into: packet) {
      guard packet.streamIndex == stream.streamIndex, !packet.isDiscarded else { continue }
      if packet.isCorrupt { return nil }
      if scan.add(pts: packet.pts, dts: packet.dts, isKey: packet.isKey) { break }
    }
    return scan.plan()
  }

  /// The decoder right before the planned frame, or nil when the seek did not lead to it exactly.
  private static func seek(
    _ stream: VideoStreamDecoder, plan: TrimPlan, frame: Int, watch: DamageWatch
  ) throws -> VideoStreamDecoder? {
    // After a seek, frames before the key frame lack what they are predicted from; that is no damage of the file.
    let before = (watch.toleratesStart, watch.damage)
    watch.toleratesStart = true
    defer { (watch.toleratesStart, watch.damage) = before }
    guard stream.seek(to: plan.seekTimestamp) else { return nil }
    while let box = try stream.next() {
      guard let pts = box.bestTimestamp, pts < plan.framePTS || (pts == plan.framePTS && !box.isCorrupt) else {
        return nil
      }
      if pts == plan.framePTS {
        stream.putBack(box)
        return stream
      }
    }
    return nil
  }

  /// Decodes and drops frames `index`..<`first`; returns frame `first`, nil when the video ends before.
  static func skip(_ stream: VideoStreamDecoder, from index: Int, to first: Int, watch: DamageWatch) throws
    -> AVFrameBox?
  {
    for number in index..<max(index, first) {
      watch.frame = number
      guard let box = try stream.next() else { return nil }
      watch.sawGoodFrame = watch.sawGoodFrame || !box.isCorrupt
    }
    return try stream.next()
  }
}

extension VideoReader {
  /// A decoder that has given the first frame to be delivered.
  struct Start {
    let watch: DamageWatch
    let stream: VideoStreamDecoder
    let first: AVFrameBox
    /// `first` in the memory of the host.
    let host: AVFrameBox
    /// nil: the CPU decodes.
    let hardware: (any HardwareDecoding)?
    /// Why the CPU decodes though something else was asked for.
    var note: String?

    /// Opens the file and decodes up to the first frame to be delivered.
    init(path: String, options: Options, hardware: (any HardwareDecoding)?) throws {
      let watch = DamageWatch(path: path, policy: options.damagePolicy)
      let number = max(0, options.trimStart ?? 0)
      let (stream, index) = try VideoReader.open(
        path: path, firstFrame: number, threads: options.threads, hardware: hardware, watch: watch)
      guard let box = try VideoReader.skip(stream, from: index, to: number, watch: watch),
        options.trimEnd.map({ $0 > number }) ?? true
      else {
        throw VideoReader.noFrames(path: path, options: options)
      }
      if let hardware, !hardware.holds(box) {
        throw MediaError(.decoderUnavailable, "The card does not take this kind of video.")
      }
      if hardware != nil, box.isCropped {
        throw MediaError(
          .decoderUnavailable, "The card does not cut off what players leave out at the left and the top.")
      }
      self.watch = watch
      self.stream = stream
      self.hardware = hardware
      first = box
      host = try hardware?.download(box) ?? box
    }
  }

  /// With the hardware that is asked for, where it can be opened and gives the first frame; else with the CPU.
  static func start(path: String, options: Options, openHardware: HardwareOpening) throws -> Start {
    guard options.decoder != .cpu else { return try Start(path: path, options: options, hardware: nil) }
    let reason: String
    do {
      return try Start(path: path, options: options, hardware: openHardware(options))
    } catch {
      reason = (error as? MediaError)?.message ?? "\(error)"
    }
    // What is wrong with the file itself is said by this attempt.
    var start = try Start(path: path, options: options, hardware: nil)
    start.note = "The CPU decodes '\(path)': \(reason)"
    return start
  }
}

extension VideoSource {
  init(
    path: String, input: InputFile, streamIndex: Int, first: AVFrameBox, converter: FrameConverter, firstFrame: Int,
    endFrame: Int?
  ) {
    let aspect = input.sampleAspect(of: streamIndex)
    let rate = input.frameRate(of: streamIndex)
    let duration = input.duration(of: streamIndex)
    let stated = input.statedFrameCount(of: streamIndex)
    self.init(
      path: path, streamIndex: streamIndex, size: converter.size, format: converter.format,
      color: first.colorDescription(isRGB: converter.format.layout == .interleavedRGB),
      chromaLocation: first.chromaLocation(turnedBy: converter.orientation),
      sampleAspect: converter.orientation.swapsAxes ? aspect?.inverse : aspect,
      timeBase: input.timeBase(of: streamIndex), frameRate: rate,
      isVariableFrameRate: input.isVariableFrameRate(of: streamIndex), isInterlaced: first.isInterlaced,
      isTopFieldFirst: first.isTopFieldFirst, orientation: converter.orientation,
      frameCount: stated ?? duration.map { Int(($0 * rate.value).rounded()) }, firstFrame: firstFrame,
      endFrame: endFrame, duration: duration, firstPTS: first.bestTimestamp ?? 0,
      fileStartPTS: input.startTimestamp(in: streamIndex), lightLevels: input.lightLevels(of: streamIndex, first: first)
    )
  }
}

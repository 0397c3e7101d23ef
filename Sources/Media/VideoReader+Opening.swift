import CFFmpeg
import Imaging

extension VideoReader {
  /// Below this number of frames decoding from the start is quicker than looking for a place to seek to.
  static let seekThreshold = 48

  /// A decoder placed at or before `firstFrame`, and the number of the frame it will deliver first.
  static func open(
    path: String, firstFrame: Int, threads: Int, watch: DamageWatch
  ) throws -> (stream: VideoStreamDecoder, index: Int) {
    let stream = try openAtStart(path: path, threads: threads, watch: watch)
    guard firstFrame >= seekThreshold, let plan = planTrim(stream, frame: firstFrame) else {
      // A scan has moved the read position, and not every format seeks back: open afresh.
      let untouched = firstFrame < seekThreshold
      return (untouched ? stream : try openAtStart(path: path, threads: threads, watch: watch), 0)
    }
    if let found = try seek(stream, plan: plan, frame: firstFrame, watch: watch) { return (found, firstFrame) }
    return (try openAtStart(path: path, threads: threads, watch: watch), 0)
  }

  private static func openAtStart(path: String, threads: Int, watch: DamageWatch) throws -> VideoStreamDecoder {
    let input = try InputFile(path: path)
    let index = try input.mainVideoStream()
    // Broadcast and other recordings without an index may begin anywhere.
    watch.toleratesStart = input.containerNames.contains { ["mpegts", "mpeg", "h264", "hevc"].contains($0) }
    return try VideoStreamDecoder(input: input, streamIndex: index, threads: threads) { try watch.note($0) }
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

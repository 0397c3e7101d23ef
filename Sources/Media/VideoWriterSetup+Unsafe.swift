import CFFmpeg
import Imaging

/// Builds the parts of a ``VideoWriter``: encoder, muxer with all streams and tags, header written.
struct VideoWriterSetup {
  let muxer: Muxer
  let encoding: VideoEncoding
  let copier: StreamCopier
  let clock: OutputClock
  let choice: EncoderChoice
  let size: PixelSize
  let videoStream: Int
  private(set) var warnings: [String] = []

  init(container: Container, file: PartialFile, source: VideoSource, output: VideoOutput) throws {
    muxer = try Muxer(container: container, file: file)
    let (encoder, change) = try EncoderChoice.encoder(
      wanted: output.encoder, container: container, available: EncoderProbe.availableVideoEncoders())
    warnings += [change].compactMap { $0 }
    size = VideoOutput.scaledSize(source.size, by: output.scale)
    let codec = avcodec_find_encoder_by_name(encoder.rawValue)
    choice = try EncoderChoice(encoder: encoder, source: source, outputSize: size) { format in
      codec.map { ffshim_codec_supports_pixel_format($0, format) } ?? false
    }
    warnings += choice.warnings
    // AVI has one frame rate for the whole file.
    let fps = output.fps ?? (container == .avi ? source.frameRate : nil)
    let origin = source.startsAfterFile ? source.firstPTS : source.fileStartPTS
    clock = OutputClock(sourceTimeBase: source.timeBase, origin: origin, fps: fps)
    encoding = try VideoEncoding(
      Self.settings(source, output, choice, size: size, clock: clock, fps: fps, muxer: muxer))
    warnings += encoding.unusedOptions.map { "'\(encoder.rawValue)' does not know the option '\($0)'." }

    let stream = try muxer.addStream()
    try encoding.describe(stream)
    videoStream = Int(stream.pointee.index)
    let originSeconds = Double(origin) * source.timeBase.value
    copier = try StreamCopier(
      path: source.path, videoStream: source.streamIndex, muxer: muxer, output: output,
      range: .init(origin: originSeconds, start: source.startsAfterFile ? originSeconds : nil))
    warnings += copier.warnings
    Self.describe(stream, source: source, input: copier.input, encoder: encoder, container: container, fps: fps)
    try writeHeader(container: container, source: source, originSeconds: originSeconds)
  }

  private static func settings(
    _ source: VideoSource, _ output: VideoOutput, _ choice: EncoderChoice, size: PixelSize, clock: OutputClock,
    fps: Rational?, muxer: Muxer
  ) -> VideoEncoding.Settings {
    VideoEncoding.Settings(
      encoder: choice.encoder, size: size, pixelFormat: choice.pixelFormat, timeBase: clock.timeBase,
      frameRate: fps ?? source.frameRate, sampleAspect: source.sampleAspect, color: choice.color,
      chromaLocation: source.chromaLocation,
      isInterlaced: source.isInterlaced && choice.encoder == .libx264 && !source.orientation.swapsAxes,
      threads: output.threads, needsGlobalHeader: muxer.needsGlobalHeader,
      allowsReordering: muxer.container != .avi, options: EncoderChoice.options(choice.encoder, output))
  }

  /// Tags, disposition and light levels of the video stream.
  private static func describe(
    _ stream: UnsafeMutablePointer<AVStream>, source: VideoSource, input: InputFile, encoder: VideoEncoder,
    container: Container, fps: Rational?
  ) {
    let original = input.stream(source.streamIndex)
    for (key, value) in StreamTags.kept(swiftDictionary(original.pointee.metadata), in: container) {
      // A timecode names the first frame of the whole file.
      if key == "timecode", source.startsAfterFile || fps != nil { continue }
      av_dict_set(&stream.pointee.metadata, key, value, 0)
    }
    stream.pointee.disposition = original.pointee.disposition
    if fps != nil || !source.isVariableFrameRate { stream.pointee.avg_frame_rate = (fps ?? source.frameRate).av }
    for kind in [AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_CONTENT_LIGHT_LEVEL] {
      _ = ffshim_copy_stream_side_data(stream, original, kind)
    }
    if encoder.isHEVC, container.takesFastStart {
      // 'hvc1': the tag that Apple's players want.
      stream.pointee.codecpar.pointee.codec_tag = 0x3163_7668
    }
  }

  private mutating func writeHeader(container: Container, source: VideoSource, originSeconds: Double) throws {
    let tags = StreamTags.kept(swiftDictionary(copier.input.context.pointee.metadata))
    muxer.setTags(tags)
    let lost = StreamTags.lost(tags, in: container)
    if !lost.isEmpty {
      warnings.append("Tags that .\(container.rawValue) cannot hold were left out: \(lost.joined(separator: ", ")).")
    }
    try copyChapters(container: container, source: source, originSeconds: originSeconds)
    var flags: [String] = []
    if container.takesFastStart {
      flags = ["+faststart"] + (StreamTags.usesFreeKeys(tags) ? ["+use_metadata_tags"] : [])
    }
    try muxer.writeHeader(options: flags.isEmpty ? [] : [("movflags", flags.joined())])
  }

  private mutating func copyChapters(container: Container, source: VideoSource, originSeconds: Double) throws {
    let count = Int(copier.input.context.pointee.nb_chapters)
    guard count > 0 else { return }
    guard container != .avi else {
      warnings.append("\(count) chapters were left out: .avi cannot hold them.")
      return
    }
    let start = Int64((originSeconds * Double(AV_TIME_BASE)).rounded())
    var end = Int64.max
    if source.endsBeforeFile, let frames = source.expectedFrameCount {
      end = start + Int64(Double(frames) / source.frameRate.value * Double(AV_TIME_BASE))
    }
    let code = ffshim_copy_chapters(muxer.context, copier.input.context, start, end)
    if code < 0 { throw MediaError.writing(code, "The chapters cannot be copied") }
  }
}

extension Packet {
  /// How long the frame in this packet is shown, where known.
  func setDuration(_ duration: Int64?) {
    if let duration { pointer.pointee.duration = duration }
  }
}

import CFFmpeg
import Imaging

/// Builds the parts of a ``VideoWriter``: encoder, muxer with all streams and tags, header written.
struct VideoWriterSetup {
  let muxer: Muxer
  let encoding: VideoEncoding
  /// nil for frames made by the program.
  let copier: StreamCopier?
  let clock: OutputClock
  let choice: EncoderChoice
  let size: PixelSize
  let videoStream: Int
  private(set) var warnings: [String] = []
  private(set) var notes: [String] = []
  private var movieFlags = ["+faststart"]

  init(
    container: Container, file: PartialFile, source: VideoSource, output: VideoOutput, openSurfaces: SurfaceOpening
  ) throws {
    muxer = try Muxer(container: container, file: file)
    let (encoder, change, note) = try EncoderChoice.encoder(
      wanted: output.encoder, container: container, available: EncoderProbe.availableVideoEncoders())
    warnings += [change].compactMap { $0 }
    notes += [note].compactMap { $0 }
    size = output.size(of: source.size)
    let codec = avcodec_find_encoder_by_name(encoder.rawValue)
    choice = try EncoderChoice(encoder: encoder, source: source, outputSize: size) { format in
      codec.map { ffshim_codec_supports_pixel_format($0, format) } ?? false
    }
    warnings += choice.warnings
    // AVI has one frame rate for the whole file.
    let fps = output.fps ?? (container == .avi ? source.frameRate : nil)
    let origin = source.startsAfterFile ? source.firstPTS : source.fileStartPTS
    clock = OutputClock(sourceTimeBase: source.timeBase, origin: origin, fps: fps)
    let settings = Self.settings(source, output, choice, size: size, clock: clock, fps: fps, muxer: muxer)
    let (encoding, refusal) = try Self.encoding(settings, source, output, openSurfaces)
    self.encoding = encoding
    notes += [refusal].compactMap { $0 }
    warnings += encoding.unusedOptions.map { "'\(encoder.rawValue)' does not know the option '\($0)'." }

    let stream = try muxer.addStream()
    try encoding.describe(stream)
    videoStream = Int(stream.pointee.index)
    source.lightLevels.add(to: stream)
    if encoder.isHEVC, container.takesFastStart {
      // 'hvc1': the tag that Apple's players want.
      stream.pointee.codecpar.pointee.codec_tag = 0x3163_7668
    }
    if fps != nil || !source.isVariableFrameRate { stream.pointee.avg_frame_rate = (fps ?? source.frameRate).av }
    copier = try Self.copier(muxer: muxer, source: source, output: output, origin: origin)
    if let copier {
      warnings += copier.warnings
      Self.describe(stream, source: source, input: copier.input, container: container, keepsTimecode: fps == nil)
      try copyChapters(of: copier.input, source: source, origin: origin)
    }
    setTags(copied: copier.map { swiftDictionary($0.input.context.pointee.metadata) } ?? [:], own: output.tags)
    try muxer.writeHeader(options: headerOptions)
  }

  /// The encoder with the memory of the card before it, where the frames that will be written can lie there, else with
  /// the host's; the note says why, when the card refused.
  private static func encoding(
    _ settings: VideoEncoding.Settings, _ source: VideoSource, _ output: VideoOutput, _ openSurfaces: SurfaceOpening
  ) throws -> (VideoEncoding, note: String?) {
    let written = PixelSize(
      width: source.size.width * output.enlargement, height: source.size.height * output.enlargement)
    guard let card = output.card, settings.size == written,
      let layout = DeviceSurface.Layout(encoding: settings.pixelFormat), layout.format == source.format
    else { return (try VideoEncoding(settings), nil) }
    let reason: String
    do {
      let request = SurfaceRequest(encoder: settings.encoder, card: card.access, layout: layout, size: settings.size)
      let surfaces = try openSurfaces(request)
      return (try VideoEncoding(settings, surfaces: surfaces), nil)
    } catch {
      reason = (error as? MediaError)?.message ?? "\(error)"
    }
    return (
      try VideoEncoding(settings),
      "'\(settings.encoder.rawValue)' takes the frames from the host, not from the card: \(reason)"
    )
  }

  private static func copier(
    muxer: Muxer, source: VideoSource, output: VideoOutput, origin: Int64
  ) throws -> StreamCopier? {
    guard !source.path.isEmpty else { return nil }
    let seconds = Double(origin) * source.timeBase.value
    return try StreamCopier(
      path: source.path, videoStream: source.streamIndex, muxer: muxer, output: output,
      range: .init(origin: seconds, start: source.startsAfterFile ? seconds : nil))
  }

  private static func settings(
    _ source: VideoSource, _ output: VideoOutput, _ choice: EncoderChoice, size: PixelSize, clock: OutputClock,
    fps: Rational?, muxer: Muxer
  ) -> VideoEncoding.Settings {
    VideoEncoding.Settings(
      encoder: choice.encoder, size: size, pixelFormat: choice.pixelFormat, timeBase: clock.timeBase,
      frameRate: fps ?? source.frameRate, sampleAspect: source.sampleAspect, color: choice.color,
      chromaLocation: source.chromaLocation,
      // Enlarging mixes the lines of both fields.
      isInterlaced: source.isInterlaced && choice.encoder == .libx264 && !source.orientation.swapsAxes
        && output.enlargement == 1,
      threads: output.threads, needsGlobalHeader: muxer.needsGlobalHeader,
      allowsReordering: muxer.container != .avi, options: EncoderChoice.options(choice.encoder, output))
  }

  /// Tags and disposition of the video stream.
  private static func describe(
    _ stream: UnsafeMutablePointer<AVStream>, source: VideoSource, input: InputFile, container: Container,
    keepsTimecode: Bool
  ) {
    let original = input.stream(source.streamIndex)
    for (key, value) in StreamTags.kept(swiftDictionary(original.pointee.metadata), in: container) {
      // A timecode names the first frame of the whole file.
      if key == "timecode", source.startsAfterFile || !keepsTimecode { continue }
      av_dict_set(&stream.pointee.metadata, key, value, 0)
    }
    stream.pointee.disposition = original.pointee.disposition
  }

  private mutating func setTags(copied: [String: String], own: [String: String]) {
    let container = muxer.container
    var tags = StreamTags.kept(copied)
    // The rest of what is to be replaced is somebody else's business where the container cannot hold it.
    let lost = StreamTags.lost(StreamTags.merged(tags, with: own.mapValues { _ in "" }), in: container)
    if container.keepsAnyTag { tags = StreamTags.merged(tags, with: own) }
    muxer.setTags(tags)
    if StreamTags.usesFreeKeys(tags) { movieFlags.append("+use_metadata_tags") }
    if !lost.isEmpty {
      warnings.append("Tags that .\(container.rawValue) cannot hold were left out: \(lost.joined(separator: ", ")).")
    }
  }

  private mutating func copyChapters(of input: InputFile, source: VideoSource, origin: Int64) throws {
    let container = muxer.container
    let count = Int(input.context.pointee.nb_chapters)
    guard count > 0 else { return }
    guard container != .avi else {
      warnings.append("\(count) chapters were left out: .avi cannot hold them.")
      return
    }
    let start = Int64((Double(origin) * source.timeBase.value * Double(AV_TIME_BASE)).rounded())
    var end = Int64.max
    if source.endsBeforeFile, let frames = source.expectedFrameCount {
      end = start + Int64(Double(frames) / source.frameRate.value * Double(AV_TIME_BASE))
    }
    let code = ffshim_copy_chapters(muxer.context, input.context, start, end)
    if code < 0 { throw MediaError.writing(code, "The chapters cannot be copied") }
  }

  /// In which format frames are given to the encoder, or to the memory of the card before it.
  var inputFormat: AVPixelFormat {
    guard encoding.surfaces != nil, let layout = DeviceSurface.Layout(encoding: choice.pixelFormat) else {
      return choice.pixelFormat
    }
    return layout.content
  }

  private var headerOptions: [(String, String)] {
    muxer.container.takesFastStart ? [("movflags", movieFlags.joined())] : []
  }
}

extension Packet {
  /// How long the frame in this packet is shown, where known.
  func setDuration(_ duration: Int64?) {
    if let duration { pointer.pointee.duration = duration }
  }
}

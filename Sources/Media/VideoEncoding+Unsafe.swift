import CFFmpeg
import Imaging

/// One open video encoder: frames in, packets out. Used from one thread at a time; it may run threads of its own.
final class VideoEncoding {
  /// Everything an encoder must know before its first frame.
  struct Settings {
    var encoder: VideoEncoder
    var size: PixelSize
    var pixelFormat: AVPixelFormat
    var timeBase: Rational
    var frameRate: Rational
    var sampleAspect: Rational?
    var color: ColorDescription
    var chromaLocation: Int
    var isInterlaced: Bool
    var threads: Int
    var needsGlobalHeader: Bool
    var allowsReordering: Bool
    var options: [(String, String)]
  }

  let settings: Settings
  let context: UnsafeMutablePointer<AVCodecContext>
  /// Memory of a card that the encoder reads; nil = the host's.
  let surfaces: (any EncoderSurfaces)?
  /// Options that the encoder did not know.
  let unusedOptions: [String]

  init(_ settings: Settings, surfaces: (any EncoderSurfaces)? = nil) throws {
    FFmpegLog.reset()
    guard let codec = avcodec_find_encoder_by_name(settings.encoder.rawValue) else {
      throw MediaError(
        .encoderUnavailable, "The video encoder '\(settings.encoder.rawValue)' is not part of this FFmpeg.",
        hint: EncoderProbe.hint)
    }
    guard let context = avcodec_alloc_context3(codec) else {
      throw MediaError(.outOfMemory, "No memory for an encoder.")
    }
    self.settings = settings
    self.context = context
    self.surfaces = surfaces
    let options = OptionDictionary(settings.options)
    VideoEncoding.configure(&context.pointee, settings)
    surfaces?.prepare(context)
    let code = avcodec_open2(context, codec, &options.pointer)
    unusedOptions = options.names
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .encoderUnavailable,
        "The video encoder '\(settings.encoder.rawValue)' does not start for \(settings.size) "
          + "\(settings.pixelFormat.name): \(failure.description).", hint: EncoderProbe.hint, underlying: failure)
    }
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  private static func configure(_ context: inout AVCodecContext, _ settings: Settings) {
    context.width = Int32(settings.size.width)
    context.height = Int32(settings.size.height)
    context.pix_fmt = settings.pixelFormat
    context.time_base = settings.timeBase.av
    context.framerate = settings.frameRate.av
    context.sample_aspect_ratio = settings.sampleAspect?.av ?? AVRational(num: 0, den: 1)
    context.color_primaries = AVColorPrimaries(UInt32(settings.color.primaries))
    context.color_trc = AVColorTransferCharacteristic(UInt32(settings.color.transfer))
    context.colorspace = AVColorSpace(UInt32(settings.color.matrixCode))
    context.color_range = settings.color.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    context.chroma_sample_location = AVChromaLocation(UInt32(settings.chromaLocation))
    context.thread_count = Int32(settings.threads)
    if !settings.allowsReordering { context.max_b_frames = 0 }
    if settings.needsGlobalHeader { context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    if settings.isInterlaced { context.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME }
  }

  /// Gives one frame, or nil at the end.
  func send(_ frame: AVFrameBox?) throws {
    FFmpegLog.reset()
    let code = avcodec_send_frame(context, frame?.pointer)
    if code < 0, code != FFmpegCode.endOfFile {
      throw MediaError.writing(code, "The video encoder '\(settings.encoder.rawValue)' failed")
    }
  }

  /// Fills the next packet that is ready; false when the encoder wants more frames or has ended.
  func receive(into packet: Packet) throws -> Bool {
    packet.unref()
    let code = avcodec_receive_packet(context, packet.pointer)
    if code >= 0 { return true }
    guard code == FFmpegCode.again || code == FFmpegCode.endOfFile else {
      throw MediaError.writing(code, "The video encoder '\(settings.encoder.rawValue)' failed")
    }
    return false
  }

  /// Describes the stream to the muxer.
  func describe(_ stream: UnsafeMutablePointer<AVStream>) throws {
    let code = avcodec_parameters_from_context(stream.pointee.codecpar, context)
    if code < 0 { throw MediaError.writing(code, "The video stream cannot be described") }
    stream.pointee.time_base = settings.timeBase.av
    stream.pointee.sample_aspect_ratio = context.pointee.sample_aspect_ratio
  }
}

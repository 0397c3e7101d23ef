import CFFmpeg

/// One open audio encoder. Used from one thread at a time.
final class AudioEncoding {
  let encoder: AudioEncoder
  let context: UnsafeMutablePointer<AVCodecContext>

  static func exists(_ encoder: AudioEncoder) -> Bool { avcodec_find_encoder_by_name(encoder.rawValue) != nil }

  /// FFmpeg's codec of an encoder.
  static func codecID(_ encoder: AudioEncoder) -> AVCodecID? {
    avcodec_find_encoder_by_name(encoder.rawValue)?.pointee.id
  }

  /// Takes rate, channels and sample format of `like`, moved to the nearest the encoder offers.
  init(
    _ encoder: AudioEncoder, quality: Int, like: UnsafePointer<AVCodecParameters>, needsGlobalHeader: Bool
  ) throws {
    FFmpegLog.reset()
    guard let codec = avcodec_find_encoder_by_name(encoder.rawValue), let context = avcodec_alloc_context3(codec)
    else {
      throw MediaError(
        .encoderUnavailable, "The audio encoder '\(encoder.rawValue)' is not part of this FFmpeg.",
        hint: "Choose another with --output-audio-encoder.")
    }
    self.encoder = encoder
    self.context = context
    context.pointee.sample_fmt = ffshim_codec_sample_format(codec, AVSampleFormat(like.pointee.format))
    context.pointee.sample_rate = ffshim_codec_sample_rate(codec, like.pointee.sample_rate)
    var layout = like.pointee.ch_layout
    var code = ffshim_codec_channel_layout(codec, &context.pointee.ch_layout, &layout)
    context.pointee.time_base = AVRational(num: 1, den: context.pointee.sample_rate)
    context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
    if needsGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    switch EncoderQuality.audio(encoder, quality: quality) {
    case .scale(let value):
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE
      context.pointee.global_quality = Int32((value * Double(FF_QP2LAMBDA)).rounded())
    case .bitRate(let value): context.pointee.bit_rate = Int64(value)
    case .none: break
    }
    if code >= 0 { code = avcodec_open2(context, codec, nil) }
    if code < 0 {
      let failure = FFmpegFailure(code)
      throw MediaError(
        .encoderUnavailable, "The audio encoder '\(encoder.rawValue)' does not start: \(failure.description).",
        hint: "Choose another with --output-audio-encoder.", underlying: failure)
    }
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  var timeBase: AVRational { context.pointee.time_base }

  /// Samples a frame must have, 0 = any number.
  var frameSize: Int { Int(context.pointee.frame_size) }

  /// The format the filter graph must deliver, in the words of FFmpeg's `aformat`.
  var formatFilter: String {
    var text = [CChar](repeating: 0, count: 256)
    var layout = context.pointee.ch_layout
    av_channel_layout_describe(&layout, &text, text.count)
    let name = av_get_sample_fmt_name(context.pointee.sample_fmt).map { String(cString: $0) } ?? "fltp"
    let layoutName = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "aformat=sample_fmts=\(name):sample_rates=\(context.pointee.sample_rate):channel_layouts=\(layoutName)"
  }

  func describe(_ stream: UnsafeMutablePointer<AVStream>) throws {
    let code = avcodec_parameters_from_context(stream.pointee.codecpar, context)
    if code < 0 { throw MediaError.writing(code, "The audio stream cannot be described") }
    stream.pointee.time_base = context.pointee.time_base
  }

  func send(_ frame: AVFrameBox?) throws {
    FFmpegLog.reset()
    let code = avcodec_send_frame(context, frame?.pointer)
    if code < 0, code != FFmpegCode.endOfFile {
      throw MediaError.writing(code, "The audio encoder '\(encoder.rawValue)' failed")
    }
  }

  func receive(into packet: Packet) throws -> Bool {
    packet.unref()
    let code = avcodec_receive_packet(context, packet.pointer)
    if code >= 0 { return true }
    guard code == FFmpegCode.again || code == FFmpegCode.endOfFile else {
      throw MediaError.writing(code, "The audio encoder '\(encoder.rawValue)' failed")
    }
    return false
  }
}

import CFFmpeg

/// A decoder of one stream. Used from one thread at a time; it may run threads of its own.
final class Decoder {
  enum Output {
    case frame(AVFrameBox)
    case needsInput
    case endOfStream
    case damaged(FFmpegFailure)
  }

  private let context: UnsafeMutablePointer<AVCodecContext>

  /// `threads` 0 lets FFmpeg choose. Throws also what the hardware has to say against this stream.
  init(
    stream: UnsafeMutablePointer<AVStream>, threads: Int, path: String, hardware: (any HardwareDecoding)? = nil
  ) throws {
    let parameters = stream.pointee.codecpar!
    FFmpegLog.reset()
    guard let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
      let name = String(cString: avcodec_get_name(parameters.pointee.codec_id))
      throw MediaError(.decoderUnavailable, "FFmpeg has no decoder for '\(name)', used in '\(path)'.")
    }
    guard let context = avcodec_alloc_context3(codec) else {
      throw MediaError(.outOfMemory, "No memory for a decoder.")
    }
    self.context = context
    var code = avcodec_parameters_to_context(context, parameters)
    context.pointee.pkt_timebase = stream.pointee.time_base
    context.pointee.thread_count = Int32(threads)
    context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
    if code >= 0 { try hardware?.prepare(context, codec: codec) }
    if code >= 0 { code = avcodec_open2(context, codec, nil) }
    if code < 0 {
      throw MediaError.reading(code, "The decoder for '\(path)' does not start")
    }
  }

  deinit {
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&freed)
  }

  /// The next frame that is ready.
  func receive() throws -> Output {
    let box = try AVFrameBox()
    let code = avcodec_receive_frame(context, box.pointer)
    if code >= 0 { return .frame(box) }
    if code == FFmpegCode.again { return .needsInput }
    if code == FFmpegCode.endOfFile { return .endOfStream }
    return .damaged(FFmpegFailure(code))
  }

  /// Gives one packet, or nil at the end. Returns the failure when the decoder refuses it.
  func send(_ packet: Packet?) -> FFmpegFailure? {
    FFmpegLog.reset()
    let code = avcodec_send_packet(context, packet?.pointer)
    return code >= 0 || code == FFmpegCode.endOfFile ? nil : FFmpegFailure(code)
  }

  /// Forgets everything, after a seek.
  func flush() { avcodec_flush_buffers(context) }
}

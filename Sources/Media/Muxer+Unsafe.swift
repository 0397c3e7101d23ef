import CFFmpeg

/// FFmpeg's muxer over the hidden file. Used from one thread at a time.
final class Muxer {
  let container: Container
  let file: PartialFile
  let context: UnsafeMutablePointer<AVFormatContext>
  private var hasHeader = false
  private var isClosed = false
  private let packet: Packet

  init(container: Container, file: PartialFile) throws {
    FFmpegLog.reset()
    guard let format = av_guess_format(container.muxer, nil, nil) else {
      throw MediaError(.unknownContainer, "This FFmpeg cannot write .\(container.rawValue) files.")
    }
    var created: UnsafeMutablePointer<AVFormatContext>?
    let url = "file:" + file.path
    var code = avformat_alloc_output_context2(&created, format, nil, url)
    guard code >= 0, let created else {
      throw MediaError.writing(code, "The output '\(file.finalPath)' cannot be prepared")
    }
    self.container = container
    self.file = file
    context = created
    packet = try Packet()
    code = avio_open2(&context.pointee.pb, url, AVIO_FLAG_WRITE, nil, nil)
    if code < 0 { throw MediaError.writing(code, "The output '\(file.finalPath)' cannot be opened") }
  }

  deinit {
    if !isClosed { avio_closep(&context.pointee.pb) }
    avformat_free_context(context)
  }

  /// Encoders must put their headers into the container instead of the stream.
  var needsGlobalHeader: Bool { context.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 }

  func addStream() throws -> UnsafeMutablePointer<AVStream> {
    guard let stream = avformat_new_stream(context, nil) else {
      throw MediaError(.outOfMemory, "No memory for a stream.")
    }
    return stream
  }

  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { ffshim_stream(context, Int32(index)) }

  /// True when this container can hold such a stream.
  func fits(
    _ parameters: UnsafePointer<AVCodecParameters>, timeBase: AVRational, metadata: OpaquePointer?
  ) -> Bool {
    FFmpegLog.reset()
    return ffshim_try_mux(context.pointee.oformat, parameters, timeBase, metadata) >= 0
  }

  /// Tags of the file as a whole.
  func setTags(_ tags: [String: String]) {
    for (key, value) in tags { av_dict_set(&context.pointee.metadata, key, value, 0) }
  }

  func writeHeader(options: [(String, String)]) throws {
    let dictionary = OptionDictionary(options)
    FFmpegLog.reset()
    let code = avformat_write_header(context, &dictionary.pointer)
    if code < 0 { throw writingError(code) }
    hasHeader = true
  }

  /// Writes a packet of stream `index` whose times are in `timeBase`; takes over its content.
  func write(_ packet: Packet, stream index: Int, timeBase: AVRational) throws {
    packet.pointer.pointee.stream_index = Int32(index)
    packet.pointer.pointee.pos = -1
    av_packet_rescale_ts(packet.pointer, timeBase, stream(index).pointee.time_base)
    FFmpegLog.reset()
    let code = av_interleaved_write_frame(context, packet.pointer)
    if code < 0 { throw writingError(code) }
  }

  /// Completes the file on disk; it still has its hidden name.
  func finish() throws {
    FFmpegLog.reset()
    var code = av_write_trailer(context)
    if code >= 0 { code = context.pointee.pb.pointee.error }
    let closing = avio_closep(&context.pointee.pb)
    isClosed = true
    if code < 0 || closing < 0 { throw writingError(min(code, closing)) }
  }

  private func writingError(_ code: Int32) -> MediaError {
    MediaError.writing(code, "Writing '\(file.finalPath)' failed")
  }
}

import CFFmpeg

/// A chain of FFmpeg's audio filters between a decoder and an encoder. Used from one thread at a time.
final class AudioFilter {
  private var graph: UnsafeMutablePointer<AVFilterGraph>?
  private var source: UnsafeMutablePointer<AVFilterContext>?
  private var sink: UnsafeMutablePointer<AVFilterContext>?

  /// `like` is the first decoded frame; `chain` is in FFmpeg's filter language.
  init(like frame: AVFrameBox, timeBase: AVRational, chain: String, frameSize: Int) throws {
    FFmpegLog.reset()
    graph = avfilter_graph_alloc()
    guard graph != nil else { throw MediaError(.outOfMemory, "No memory for audio filters.") }
    var code = makeEnds(frame, timeBase)
    if code >= 0 { code = connect(chain) }
    if code >= 0 { code = avfilter_graph_config(graph, nil) }
    if code < 0 { throw MediaError.writing(code, "The audio filters '\(chain)' do not start") }
    if frameSize > 0 { av_buffersink_set_frame_size(sink, UInt32(frameSize)) }
  }

  deinit { avfilter_graph_free(&graph) }

  var timeBase: AVRational { av_buffersink_get_time_base(sink) }

  private func makeEnds(_ frame: AVFrameBox, _ timeBase: AVRational) -> Int32 {
    source = avfilter_graph_alloc_filter(graph, avfilter_get_by_name("abuffer"), "in")
    guard let source, let parameters = av_buffersrc_parameters_alloc() else { return ffshim_error(ENOMEM) }
    defer { av_free(parameters) }
    parameters.pointee.format = frame.pointer.pointee.format
    parameters.pointee.sample_rate = frame.pointer.pointee.sample_rate
    parameters.pointee.time_base = timeBase
    parameters.pointee.ch_layout = frame.pointer.pointee.ch_layout
    var code = av_buffersrc_parameters_set(source, parameters)
    if code >= 0 { code = avfilter_init_dict(source, nil) }
    guard code >= 0 else { return code }
    return avfilter_graph_create_filter(&sink, avfilter_get_by_name("abuffersink"), "out", nil, nil, graph)
  }

  private func connect(_ chain: String) -> Int32 {
    var outputs = avfilter_inout_alloc()
    var inputs = avfilter_inout_alloc()
    defer {
      avfilter_inout_free(&outputs)
      avfilter_inout_free(&inputs)
    }
    guard outputs != nil, inputs != nil else { return ffshim_error(ENOMEM) }
    outputs?.pointee.name = av_strdup("in")
    outputs?.pointee.filter_ctx = source
    inputs?.pointee.name = av_strdup("out")
    inputs?.pointee.filter_ctx = sink
    return avfilter_graph_parse_ptr(graph, chain, &inputs, &outputs, nil)
  }

  /// Gives one decoded frame, or nil at the end.
  func send(_ frame: AVFrameBox?) throws {
    FFmpegLog.reset()
    let code = av_buffersrc_add_frame_flags(source, frame?.pointer, Int32(AV_BUFFERSRC_FLAG_KEEP_REF))
    if code < 0, code != FFmpegCode.endOfFile { throw MediaError.writing(code, "The audio filters failed") }
  }

  /// The next filtered frame, nil when more input is needed or all is out.
  func receive() throws -> AVFrameBox? {
    let box = try AVFrameBox()
    let code = av_buffersink_get_frame(sink, box.pointer)
    if code >= 0 { return box }
    guard code == FFmpegCode.again || code == FFmpegCode.endOfFile else {
      throw MediaError.writing(code, "The audio filters failed")
    }
    return nil
  }
}

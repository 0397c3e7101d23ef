import CFFmpeg

/// One track on its way from input to output: as it is, or through a transcoder.
final class CopiedTrack {
  let outputIndex: Int
  let transcoder: AudioTranscoder?
  /// Nothing of it lies before the end any more.
  var isComplete = false
  private var lastDTS: Int64?
  private var sampleClock = FFmpegCode.noTimestamp

  init(outputIndex: Int, transcoder: AudioTranscoder?) {
    self.outputIndex = outputIndex
    self.transcoder = transcoder
  }

  /// Passes one packet on. `end` is in seconds on the output's clock.
  func pass(
    _ packet: Packet, from stream: UnsafeMutablePointer<AVStream>, to muxer: Muxer, range: StreamCopier.Range,
    end: Double?
  ) throws {
    if let transcoder {
      return try transcoder.process(packet, end: end.map { $0 + range.origin }) {
        try muxer.write($0, stream: outputIndex, timeBase: transcoder.encoding.timeBase)
      }
    }
    guard moveTimes(of: packet, stream: stream, to: muxer.stream(outputIndex).pointee.time_base, range, end) else {
      return
    }
    try muxer.write(packet, stream: outputIndex, timeBase: muxer.stream(outputIndex).pointee.time_base)
  }

  /// Writes what a transcoder still holds.
  func close(to muxer: Muxer, range: StreamCopier.Range, end: Double?) throws {
    guard let transcoder else { return }
    try transcoder.process(nil, end: end.map { $0 + range.origin }) {
      try muxer.write($0, stream: outputIndex, timeBase: transcoder.encoding.timeBase)
    }
  }

  /// Puts a packet on the output's clock; false when it lies outside the range.
  private func moveTimes(
    of packet: Packet, stream: UnsafeMutablePointer<AVStream>, to timeBase: AVRational, _ range: StreamCopier.Range,
    _ end: Double?
  ) -> Bool {
    let from = stream.pointee.time_base
    let shift = Int64((range.origin / Rational(timeBase).value).rounded())
    let pointer = packet.pointer
    let isSubtitle = stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE
    guard let pts = packet.pts ?? packet.dts else { return true }
    let dts = packet.dts ?? pts
    var outPTS = av_rescale_q(pts, from, timeBase) - shift
    var outDTS = av_rescale_q(dts, from, timeBase) - shift
    var duration = av_rescale_q(pointer.pointee.duration, from, timeBase)
    if stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO {
      outDTS = soundTime(packet, stream, dts: dts, to: timeBase) - shift
      outPTS = outDTS
    }
    if isSubtitle {
      let last = end.map { Int64(($0 / Rational(timeBase).value).rounded()) } ?? .max
      if range.start != nil, outPTS < 0 {
        guard outPTS + duration > 0 else { return false }
        duration += outPTS
        outPTS = 0
      }
      outDTS = outPTS
      guard outPTS < last else { return false }
      duration = min(duration, last - outPTS)
    }
    if let lastDTS, outDTS <= lastDTS, !isSubtitle {
      outDTS = lastDTS + 1
      outPTS = max(outPTS, outDTS)
    }
    lastDTS = outDTS
    pointer.pointee.pts = outPTS
    pointer.pointee.dts = outDTS
    pointer.pointee.duration = duration
    return true
  }

  /// Sound counted by its samples, so that coarse input clocks (Matroska's milliseconds) do not make it uneven.
  private func soundTime(
    _ packet: Packet, _ stream: UnsafeMutablePointer<AVStream>, dts: Int64, to timeBase: AVRational
  ) -> Int64 {
    let parameters = stream.pointee.codecpar!
    var samples = av_get_audio_frame_duration2(parameters, packet.pointer.pointee.size)
    if samples == 0 { samples = parameters.pointee.frame_size }
    guard samples > 0, parameters.pointee.sample_rate > 0 else {
      return av_rescale_q(dts, stream.pointee.time_base, timeBase)
    }
    return av_rescale_delta(
      stream.pointee.time_base, dts, AVRational(num: 1, den: parameters.pointee.sample_rate), samples, &sampleClock,
      timeBase)
  }
}

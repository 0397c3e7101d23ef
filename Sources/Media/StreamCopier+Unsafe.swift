import CFFmpeg
import Foundation

/// Brings sound, subtitles, attachments and data of the input into the output, by a demuxer of its own that runs beside
/// the video: it is asked to come up to a time, so what waits in memory is bounded. Used from one thread at a time.
final class StreamCopier {
  /// The part of the input that is kept and where time 0 lies.
  struct Range {
    /// Seconds on the input's clock that become 0.
    var origin: Double
    /// Sound and subtitles before it are cut; nil = all from the beginning.
    var start: Double?
  }

  let input: InputFile
  private let muxer: Muxer
  private let range: Range
  private var tracks: [Int: CopiedTrack] = [:]
  private let packet: Packet
  private var hasPending = false
  private var hasEnded = false
  private(set) var warnings: [String] = []

  init(path: String, videoStream: Int, muxer: Muxer, output: VideoOutput, range: Range) throws {
    input = try InputFile(path: path)
    self.muxer = muxer
    self.range = range
    packet = try Packet()
    let offered = (0..<input.streamCount).filter {
      $0 != videoStream && input.stream($0).pointee.discard != AVDISCARD_ALL
    }
    for index in offered { try add(index, output: output) }
    input.keepOnly { tracks[$0] != nil }
    hasEnded = tracks.isEmpty
    if let start = range.start, !hasEnded {
      _ = av_seek_frame(input.context, -1, Int64((start - 1) * Double(AV_TIME_BASE)), AVSEEK_FLAG_BACKWARD)
    }
  }

  private func add(_ index: Int, output: VideoOutput) throws {
    let stream = input.stream(index)
    let kind = stream.pointee.codecpar.pointee.codec_type
    if kind == AVMEDIA_TYPE_AUDIO {
      if let track = try audioTrack(index, output: output) { tracks[index] = track }
      return
    }
    if stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0, muxer.container == .mkv {
      return try addAttachment(from: stream)
    }
    // A timecode track is made again by the muxer from the tag.
    if kind == AVMEDIA_TYPE_DATA, swiftDictionary(stream.pointee.metadata)["timecode"] != nil { return }
    let isCover = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    let takesKind = kind == AVMEDIA_TYPE_VIDEO ? isCover && [.mp4, .m4v].contains(muxer.container) : true
    guard takesKind, fits(stream) else { return warn(index, "cannot be held by .\(muxer.container.rawValue)") }
    tracks[index] = CopiedTrack(outputIndex: try copyStream(stream), transcoder: nil)
  }

  private func fits(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    muxer.fits(stream.pointee.codecpar, timeBase: stream.pointee.time_base, metadata: stream.pointee.metadata)
  }

  /// Copied where possible, else encoded; nil when sound is not wanted or cannot be read.
  private func audioTrack(_ index: Int, output: VideoOutput) throws -> CopiedTrack? {
    guard output.audioVolume > 0 else { return nil }
    let stream = input.stream(index)
    let codec = stream.pointee.codecpar.pointee.codec_id
    let wanted = output.audioEncoder.map(muxer.container.corrected)
    let isWantedCodec = wanted.map { AudioEncoding.codecID($0) == codec } ?? true
    if isWantedCodec, output.audioVolume == 100, range.start == nil, fits(stream) {
      return CopiedTrack(outputIndex: try copyStream(stream), transcoder: nil)
    }
    let transcoder: AudioTranscoder
    do {
      transcoder = try AudioTranscoder(
        stream: stream, path: input.path, encoder: wanted ?? muxer.container.defaultAudioEncoder, output: output,
        start: range.start, origin: range.origin, needsGlobalHeader: muxer.needsGlobalHeader)
    } catch let error as MediaError where error.code == .decoderUnavailable || error.code == .unreadable {
      warn(index, "cannot be decoded (\(error.message))")
      return nil
    }
    let copy = try muxer.addStream()
    try transcoder.encoding.describe(copy)
    describe(copy, like: stream)
    return CopiedTrack(outputIndex: Int(copy.pointee.index), transcoder: transcoder)
  }

  private func copyStream(_ stream: UnsafeMutablePointer<AVStream>) throws -> Int {
    let copy = try muxer.addStream()
    let code = avcodec_parameters_copy(copy.pointee.codecpar, stream.pointee.codecpar)
    if code < 0 { throw MediaError.writing(code, "A stream cannot be copied") }
    copy.pointee.codecpar.pointee.codec_tag = 0
    copy.pointee.time_base = stream.pointee.time_base
    describe(copy, like: stream)
    return Int(copy.pointee.index)
  }

  private func describe(_ copy: UnsafeMutablePointer<AVStream>, like stream: UnsafeMutablePointer<AVStream>) {
    copy.pointee.disposition = stream.pointee.disposition
    for (key, value) in StreamTags.kept(swiftDictionary(stream.pointee.metadata), in: muxer.container) {
      av_dict_set(&copy.pointee.metadata, key, value, 0)
    }
  }

  /// Matroska keeps cover pictures as attached files.
  private func addAttachment(from stream: UnsafeMutablePointer<AVStream>) throws {
    let picture = stream.pointee.attached_pic
    guard let bytes = picture.data, picture.size > 0 else { return }
    let copy = try muxer.addStream()
    let parameters = copy.pointee.codecpar!
    parameters.pointee.codec_type = AVMEDIA_TYPE_ATTACHMENT
    parameters.pointee.codec_id = stream.pointee.codecpar.pointee.codec_id
    guard let extra = av_mallocz(Int(picture.size) + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else {
      throw MediaError(.outOfMemory, "No memory for a cover picture.")
    }
    extra.copyMemory(from: bytes, byteCount: Int(picture.size))
    parameters.pointee.extradata = extra.assumingMemoryBound(to: UInt8.self)
    parameters.pointee.extradata_size = picture.size
    let isPNG = parameters.pointee.codec_id == AV_CODEC_ID_PNG
    var tags = StreamTags.kept(swiftDictionary(stream.pointee.metadata))
    tags["filename"] = tags["filename"] ?? (isPNG ? "cover.png" : "cover.jpg")
    tags["mimetype"] = tags["mimetype"] ?? (isPNG ? "image/png" : "image/jpeg")
    for (key, value) in tags { av_dict_set(&copy.pointee.metadata, key, value, 0) }
  }

  private func warn(_ index: Int, _ reason: String) {
    let parameters = input.stream(index).pointee.codecpar.pointee
    let kind = av_get_media_type_string(parameters.codec_type).map { String(cString: $0) } ?? "unknown"
    let codec = String(cString: avcodec_get_name(parameters.codec_id))
    let language = swiftDictionary(input.stream(index).pointee.metadata)["language"].map { ", \($0)" } ?? ""
    warnings.append("Stream \(index) (\(kind), \(codec)\(language)) was left out: it \(reason).")
  }

  /// Writes everything that starts before `seconds` on the output's clock.
  func advance(to seconds: Double) throws {
    while let track = try nextPacket() {
      let timeBase = Rational(input.stream(packet.streamIndex).pointee.time_base)
      if let time = packet.dts ?? packet.pts, Double(time) * timeBase.value - range.origin >= seconds { return }
      hasPending = false
      try track.pass(packet, from: input.stream(packet.streamIndex), to: muxer, range: range, end: nil)
    }
  }

  /// Writes the rest up to `end` seconds on the output's clock (nil = everything) and completes the tracks.
  func finish(end: Double?) throws {
    while let track = try nextPacket() {
      let stream = input.stream(packet.streamIndex)
      hasPending = false
      if let end, let time = packet.dts ?? packet.pts,
        Double(time) * Rational(stream.pointee.time_base).value - range.origin >= end
      {
        track.isComplete = true
        if tracks.values.allSatisfy(\.isComplete) { break }
        continue
      }
      if !track.isComplete { try track.pass(packet, from: stream, to: muxer, range: range, end: end) }
    }
    for track in tracks.values { try track.close(to: muxer, range: range, end: end) }
  }

  /// The track of the packet that waits, reading one if none does; nil at the end.
  private func nextPacket() throws -> CopiedTrack? {
    if hasPending { return tracks[packet.streamIndex] }
    while !hasEnded {
      guard case .packet = input.read(into: packet) else {
        hasEnded = true
        break
      }
      guard let track = tracks[packet.streamIndex] else { continue }
      hasPending = true
      return track
    }
    return nil
  }
}

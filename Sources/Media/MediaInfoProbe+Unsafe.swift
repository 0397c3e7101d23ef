import CFFmpeg
import Foundation
import Imaging

extension MediaInfo {
  /// Reads what a file says about itself; decodes no more than FFmpeg needs to know the streams.
  ///
  /// - Parameters:
  ///   - countsFrames: Reads every packet to count the frames exactly.
  ///   - limitMegapixels: Larger pictures are refused.
  ///
  /// Throws: notFound, emptyFile, unreadable, refersElsewhere, tooLarge, damaged.
  public static func probe(
    _ path: String, countsFrames: Bool = false, limitMegapixels: Double = PictureFile.defaultLimitMegapixels
  ) throws -> MediaInfo {
    try InputFile.checkIsReadableFile(path)
    var picture: PictureHeader?
    if PictureFile.isPicture(path) {
      picture = try PictureFile.header(
        of: PictureFile.contents(of: path), path: path, limitMegapixels: limitMegapixels)
    }
    let input = try InputFile(path: path)
    var info = MediaInfo(input: input, picture: picture)
    if countsFrames, picture == nil { try info.countFrames(input) }
    return info
  }

  private init(input: InputFile, picture: PictureHeader?) {
    let context = input.context.pointee
    self.init(
      path: input.path, kind: .other, container: input.containerNames.joined(separator: ","),
      containerName: context.iformat?.pointee.long_name.map { String(cString: $0) } ?? "",
      fileSize: max(0, avio_size(context.pb)), duration: picture == nil ? input.duration : nil,
      startTime: seconds(context.start_time, AVRational(num: 1, den: AV_TIME_BASE)),
      bitRate: context.bit_rate > 0 && picture == nil ? context.bit_rate : nil, video: [], audio: [], subtitles: [],
      others: [], chapters: MediaInfo.chapters(of: context), tags: swiftDictionary(context.metadata))
    for index in 0..<input.streamCount {
      let stream = input.stream(index)
      switch stream.pointee.codecpar.pointee.codec_type {
      case AVMEDIA_TYPE_VIDEO: video.append(VideoStreamInfo(input: input, index: index, picture: picture))
      case AVMEDIA_TYPE_AUDIO: audio.append(AudioStreamInfo(input: input, index: index))
      case AVMEDIA_TYPE_SUBTITLE: subtitles.append(OtherStreamInfo(input: input, index: index))
      default: others.append(OtherStreamInfo(input: input, index: index))
      }
    }
    if let picture {
      kind = .picture
      container = picture.format.rawValue
    } else if mainVideo != nil {
      kind = .video
    } else if !audio.isEmpty {
      kind = .audio
    }
  }

  private static func chapters(of context: AVFormatContext) -> [ChapterInfo] {
    (0..<Int(context.nb_chapters)).compactMap { index in
      guard let chapter = context.chapters[index]?.pointee else { return nil }
      let unit = Rational(chapter.time_base).value
      return ChapterInfo(
        start: Double(chapter.start) * unit, end: Double(chapter.end) * unit,
        title: swiftDictionary(chapter.metadata)["title"])
    }
  }

  private mutating func countFrames(_ input: InputFile) throws {
    guard let main = video.firstIndex(where: { !$0.isAttachedPicture }) else { return }
    let packet = try Packet()
    input.keepOnly { $0 == video[main].index }
    var count = 0
    while case .packet = input.read(into: packet) {
      if packet.streamIndex == video[main].index, !packet.isDiscarded { count += 1 }
    }
    video[main].frameCount = count
    video[main].isFrameCountExact = true
  }
}

/// A time of FFmpeg in seconds, nil when it states none.
private func seconds(_ time: Int64, _ timeBase: AVRational) -> Double? {
  time == FFmpegCode.noTimestamp ? nil : Double(time) * Rational(timeBase).value
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
  pointer.map { String(cString: $0) } ?? "unknown"
}

private func profileName(_ parameters: AVCodecParameters) -> String? {
  avcodec_profile_name(parameters.codec_id, parameters.profile).map { String(cString: $0) }
}

extension VideoStreamInfo {
  fileprivate init(input: InputFile, index: Int, picture: PictureHeader?) {
    let stream = input.stream(index).pointee
    let parameters = stream.codecpar.pointee
    let tags = swiftDictionary(stream.metadata)
    let facts = PixelFormatFacts(AVPixelFormat(parameters.format))
    let orientation = picture?.orientation ?? input.orientation(of: index)
    let (nominal, average) = input.frameRates(of: index)
    let coded = picture?.size ?? PixelSize(width: Int(parameters.width), height: Int(parameters.height))
    let aspect = input.sampleAspect(of: index)
    let wide = PixelSize(
      width: Int((Double(coded.width) * (aspect?.value ?? 1)).rounded()), height: coded.height)
    let shown = orientation.uprightSize(wide)
    let stated = input.statedFrameCount(of: index)
    let duration = input.duration(of: index)
    let estimate = duration.map { Int(($0 * input.frameRate(of: index).value).rounded()) }
    self.init(
      index: index, codec: text(avcodec_get_name(parameters.codec_id)), profile: profileName(parameters),
      codedWidth: coded.width, codedHeight: coded.height, displayWidth: shown.width, displayHeight: shown.height,
      rotation: orientation.degrees, isMirrored: orientation.isMirrored, sampleAspect: aspect,
      realFrameRate: picture == nil ? nominal : nil, averageFrameRate: picture == nil ? average : nil,
      isVariableFrameRate: picture == nil && input.isVariableFrameRate(of: index),
      frameCount: picture == nil ? stated ?? estimate : 1, isFrameCountExact: picture != nil || stated != nil,
      timeBase: Rational(stream.time_base), startTime: seconds(stream.start_time, stream.time_base),
      duration: picture == nil ? duration : nil, bitRate: parameters.bit_rate > 0 ? parameters.bit_rate : nil,
      pixelFormat: facts?.name ?? "unknown", bitDepth: facts?.depth ?? 0, hasAlpha: facts?.hasAlpha ?? false,
      colorPrimaries: text(av_color_primaries_name(parameters.color_primaries)),
      colorTransfer: text(av_color_transfer_name(parameters.color_trc)),
      colorMatrix: text(av_color_space_name(parameters.color_space)),
      colorRange: text(av_color_range_name(parameters.color_range)),
      chromaLocation: text(av_chroma_location_name(parameters.chroma_location)),
      fieldOrder: Self.fieldOrderName(parameters.field_order),
      isHDR: [AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67].contains(parameters.color_trc),
      isAttachedPicture: stream.disposition & AV_DISPOSITION_ATTACHED_PIC != 0, language: tags["language"], tags: tags)
  }

  private static func fieldOrderName(_ order: AVFieldOrder) -> String {
    switch order {
    case AV_FIELD_PROGRESSIVE: "progressive"
    case AV_FIELD_TT, AV_FIELD_BT: "top field first"
    case AV_FIELD_BB, AV_FIELD_TB: "bottom field first"
    default: "unknown"
    }
  }
}

extension AudioStreamInfo {
  fileprivate init(input: InputFile, index: Int) {
    let stream = input.stream(index).pointee
    let parameters = stream.codecpar.pointee
    let tags = swiftDictionary(stream.metadata)
    var layout = parameters.ch_layout
    var name = [CChar](repeating: 0, count: 128)
    av_channel_layout_describe(&layout, &name, name.count)
    self.init(
      index: index, codec: text(avcodec_get_name(parameters.codec_id)), profile: profileName(parameters),
      sampleRate: Int(parameters.sample_rate), channels: Int(parameters.ch_layout.nb_channels),
      channelLayout: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
      startTime: seconds(stream.start_time, stream.time_base), duration: input.duration(of: index),
      bitRate: parameters.bit_rate > 0 ? parameters.bit_rate : nil,
      isDefault: stream.disposition & AV_DISPOSITION_DEFAULT != 0, language: tags["language"], tags: tags)
  }
}

extension OtherStreamInfo {
  fileprivate init(input: InputFile, index: Int) {
    let stream = input.stream(index).pointee
    let tags = swiftDictionary(stream.metadata)
    self.init(
      index: index, type: text(av_get_media_type_string(stream.codecpar.pointee.codec_type)),
      codec: text(avcodec_get_name(stream.codecpar.pointee.codec_id)),
      isDefault: stream.disposition & AV_DISPOSITION_DEFAULT != 0, language: tags["language"], tags: tags)
  }
}

import CFFmpeg
import Foundation
import Imaging

/// What the FFmpeg at hand can read and write, found by opening it.
public struct CodecInventory: Sendable {
  public struct Library: Sendable {
    public let name: String
    public let version: String
  }

  /// A decoder, an encoder or a kind of device.
  public struct Codec: Sendable {
    public let name: String
    /// Whether FFmpeg was built with it.
    public let isPresent: Bool
    public let isHardware: Bool
    /// Why it does not work; nil when it does, or is not there.
    public let reason: String?

    /// Whether it is there and did its work when tried.
    public var works: Bool { isPresent && reason == nil }
  }

  /// Loaded at run time, by name.
  public let libraries: [Library]
  /// Terms of the libraries as they were built.
  public let licence: String
  /// Of the kinds of file people bring.
  public let decoders: [Codec]
  /// Every encoder offered, in order of preference.
  public let videoEncoders: [Codec]
  public let audioEncoders: [Codec]
  /// Kinds of device that can decode.
  public let hardware: [Codec]

  private static let decoderNames = [
    "h264", "hevc", "av1", "vp9", "vp8", "mpeg4", "mpeg2video", "prores", "ffv1", "mjpeg", "png", "webp", "tiff", "aac",
    "mp3", "opus", "flac",
  ]
  /// Those that `--video-decoder` knows.
  private static let devices = [AV_HWDEVICE_TYPE_CUDA]

  /// Looks and tries; some milliseconds, longer where a card has to wake up.
  public static func take() -> CodecInventory {
    FFmpegLog.reset()
    return CodecInventory(
      libraries: [
        ("libavformat", avformat_version()), ("libavcodec", avcodec_version()), ("libavutil", avutil_version()),
        ("libswscale", swscale_version()),
      ].map { Library(name: $0, version: "\($1 >> 16).\($1 >> 8 & 255).\($1 & 255)") },
      licence: String(cString: avcodec_license()), decoders: decoderNames.map(decoder),
      videoEncoders: VideoEncoder.allCases.map(encoder), audioEncoders: AudioEncoder.allCases.map(encoder),
      hardware: devices.compactMap(device))
  }

  /// AV1 is the one that several decoders of other names read.
  private static func decoder(_ name: String) -> Codec {
    let names = name == "av1" ? ["libdav1d", "libaom-av1", "av1"] : [name]
    return Codec(
      name: name, isPresent: names.contains { avcodec_find_decoder_by_name($0) != nil }, isHardware: false, reason: nil)
  }

  private static func encoder(_ encoder: VideoEncoder) -> Codec {
    let isPresent = avcodec_find_encoder_by_name(encoder.rawValue) != nil
    let isHardware = [.nvenc, .amf, .qsv, .videoToolbox].contains(encoder.family)
    guard isPresent else { return Codec(name: encoder.rawValue, isPresent: false, isHardware: isHardware, reason: nil) }
    return Codec(
      name: encoder.rawValue, isPresent: true, isHardware: isHardware,
      reason: EncoderProbe.failure(encoder)?.withoutAddresses)
  }

  private static func encoder(_ encoder: AudioEncoder) -> Codec {
    Codec(name: encoder.rawValue, isPresent: AudioEncoding.exists(encoder), isHardware: false, reason: nil)
  }

  /// Opens a device of the kind; nil for a kind that this FFmpeg has not heard of.
  private static func device(_ type: AVHWDeviceType) -> Codec? {
    guard let name = av_hwdevice_get_type_name(type).map({ String(cString: $0) }) else { return nil }
    var next = av_hwdevice_iterate_types(AV_HWDEVICE_TYPE_NONE)
    while next != AV_HWDEVICE_TYPE_NONE, next != type { next = av_hwdevice_iterate_types(next) }
    guard next == type else { return Codec(name: name, isPresent: false, isHardware: true, reason: nil) }
    FFmpegLog.reset()
    var context: UnsafeMutablePointer<AVBufferRef>?
    let code = av_hwdevice_ctx_create(&context, type, nil, nil, 0)
    defer { av_buffer_unref(&context) }
    let reason = code < 0 ? FFmpegFailure(code).description.withoutAddresses : nil
    return Codec(name: name, isPresent: true, isHardware: true, reason: reason)
  }
}

extension String {
  /// Without the places in memory that FFmpeg puts before its words: `[h264_nvenc @ 0x55d9] Cannot load`.
  fileprivate var withoutAddresses: String {
    guard let mark = range(of: " @ 0x"), let start = self[..<mark.lowerBound].lastIndex(of: "["),
      let end = self[mark.upperBound...].range(of: "] ")
    else { return self }
    return String(self[..<start]) + String(self[end.upperBound...])
  }
}

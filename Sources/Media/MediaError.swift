/// What went wrong while a media file was read or written.
public struct MediaError: Error, Sendable {
  /// The kind of failure; stable names for scripts and reports.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The file does not exist.
    public static let notFound = Code(rawValue: "media.not_found")
    /// The file has no bytes.
    public static let emptyFile = Code(rawValue: "media.empty_file")
    /// The path is a folder or a device.
    public static let notAFile = Code(rawValue: "media.not_a_file")
    /// The file may not be read, or its content is no known media type.
    public static let unreadable = Code(rawValue: "media.unreadable")
    /// The content is not one of the picture types.
    public static let notAPicture = Code(rawValue: "media.not_a_picture")
    /// More pixels than the limit.
    public static let tooLarge = Code(rawValue: "media.too_large")
    /// The file has no video stream.
    public static let noVideo = Code(rawValue: "media.no_video")
    /// The video stream, or the range asked for, has no frame.
    public static let noFrames = Code(rawValue: "media.no_frames")
    /// Part of the file is missing or broken.
    public static let damaged = Code(rawValue: "media.damaged")
    /// The file is a playlist or refers to other files.
    public static let refersElsewhere = Code(rawValue: "media.refers_elsewhere")
    /// FFmpeg has no decoder for the stream.
    public static let decoderUnavailable = Code(rawValue: "media.decoder_unavailable")
    /// The output's file name extension is not one that can be written.
    public static let unknownContainer = Code(rawValue: "media.unknown_container")
    /// The encoder is not there or cannot start on this machine.
    public static let encoderUnavailable = Code(rawValue: "media.encoder_unavailable")
    /// A setting is out of its range or does not fit.
    public static let badSetting = Code(rawValue: "media.bad_setting")
    /// The folder of the output does not exist.
    public static let folderMissing = Code(rawValue: "media.folder_missing")
    /// The output may not be written.
    public static let notWritable = Code(rawValue: "media.not_writable")
    /// Output and input are the same file.
    public static let outputEqualsInput = Code(rawValue: "media.output_equals_input")
    /// The device is full.
    public static let diskFull = Code(rawValue: "media.disk_full")
    /// Encoding or muxing failed.
    public static let writeFailed = Code(rawValue: "media.write_failed")
    /// The writer was cancelled.
    public static let cancelled = Code(rawValue: "media.cancelled")
    /// Memory could not be had.
    public static let outOfMemory = Code(rawValue: "media.out_of_memory")
  }

  public var code: Code
  /// One sentence with the offending value.
  public var message: String
  /// What the user can do.
  public var hint: String?
  public var underlying: (any Error)?

  public init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.underlying = underlying
  }
}

extension MediaError: CustomStringConvertible {
  public var description: String {
    [message, hint].compactMap { $0 }.joined(separator: " ")
  }
}

/// A failure reported by FFmpeg: its number, its text and the last line of its log.
public struct FFmpegFailure: Error, Sendable, CustomStringConvertible {
  public let number: Int32
  public let text: String
  public let logLine: String?

  public var description: String {
    guard let logLine, !logLine.isEmpty else { return text }
    return "\(text) (\(logLine))"
  }
}

/// Everything `likeness probe` tells about a media file.
public struct MediaInfo: Sendable, Codable, Hashable {
  public enum Kind: String, Sendable, Codable {
    case picture, video, audio, other
  }

  public var path: String
  public var kind: Kind
  /// The container's short and long name, such as `mov,mp4,m4a,3gp,3g2,mj2` and `QuickTime / MOV`.
  public var container: String
  public var containerName: String
  public var fileSize: Int64
  /// Seconds; nil when the file does not say.
  public var duration: Double?
  /// Seconds of the earliest stream.
  public var startTime: Double?
  /// Bits a second over all streams.
  public var bitRate: Int64?
  public var video: [VideoStreamInfo]
  public var audio: [AudioStreamInfo]
  public var subtitles: [OtherStreamInfo]
  /// Data, timecode and attachment streams.
  public var others: [OtherStreamInfo]
  public var chapters: [ChapterInfo]
  public var tags: [String: String]

  /// The stream that is processed: the first video that is not a cover picture.
  public var mainVideo: VideoStreamInfo? { video.first { !$0.isAttachedPicture } }
}

public struct VideoStreamInfo: Sendable, Codable, Hashable {
  public var index: Int
  public var codec: String
  public var profile: String?
  /// Size of the coded picture, before rotation.
  public var codedWidth: Int
  public var codedHeight: Int
  /// Size as shown, after rotation and in square pixels.
  public var displayWidth: Int
  public var displayHeight: Int
  /// Degrees clockwise by which players turn the coded picture: 0, 90, 180 or 270.
  public var rotation: Int
  public var isMirrored: Bool
  public var sampleAspect: Rational?
  public var realFrameRate: Rational?
  public var averageFrameRate: Rational?
  /// Both rates differ by more than 1 %: frames have different durations.
  public var isVariableFrameRate: Bool
  public var frameCount: Int?
  /// True when `frameCount` was counted or is stated by the file, false when it follows from duration and rate.
  public var isFrameCountExact: Bool
  public var timeBase: Rational
  public var startTime: Double?
  public var duration: Double?
  public var bitRate: Int64?
  public var pixelFormat: String
  public var bitDepth: Int
  public var hasAlpha: Bool
  public var colorPrimaries: String
  public var colorTransfer: String
  public var colorMatrix: String
  public var colorRange: String
  public var chromaLocation: String
  public var fieldOrder: String
  /// The transfer is PQ or HLG.
  public var isHDR: Bool
  public var isAttachedPicture: Bool
  public var language: String?
  public var tags: [String: String]
}

public struct AudioStreamInfo: Sendable, Codable, Hashable {
  public var index: Int
  public var codec: String
  public var profile: String?
  public var sampleRate: Int
  public var channels: Int
  public var channelLayout: String
  public var startTime: Double?
  public var duration: Double?
  public var bitRate: Int64?
  public var isDefault: Bool
  public var language: String?
  public var tags: [String: String]
}

public struct OtherStreamInfo: Sendable, Codable, Hashable {
  public var index: Int
  /// `subtitle`, `data`, `attachment` or `unknown`.
  public var type: String
  public var codec: String
  public var isDefault: Bool
  public var language: String?
  public var tags: [String: String]
}

public struct ChapterInfo: Sendable, Codable, Hashable {
  /// Seconds.
  public var start: Double
  public var end: Double
  public var title: String?
}

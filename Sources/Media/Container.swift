import Foundation

/// The video containers that are written, by file name extension.
public enum Container: String, Sendable, Codable, CaseIterable {
  case mp4, mkv, mov, webm, m4v, avi

  /// From a path's extension, case ignored.
  ///
  /// Throws: unknownContainer with the list of what is possible.
  public init(path: String) throws {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard let container = Container(rawValue: suffix) else {
      let known = Container.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw MediaError(
        .unknownContainer,
        suffix.isEmpty
          ? "The output '\(path)' has no file name extension." : "The output type '.\(suffix)' is not known.",
        hint: "Videos are written as \(known).")
    }
    self = container
  }

  /// FFmpeg's name of the muxer.
  var muxer: String {
    switch self {
    case .mp4: "mp4"
    case .mkv: "matroska"
    case .mov: "mov"
    case .webm: "webm"
    case .m4v: "mp4"
    case .avi: "avi"
    }
  }

  /// The index stands at the front of the file so that playback can start before all of it is there.
  var takesFastStart: Bool { [.mp4, .mov, .m4v].contains(self) }

  /// Holds file tags of any name.
  public var keepsAnyTag: Bool { self == .mkv || self == .webm }

  /// The encoder that is used in place of one that does not fit, after the peer's corrections.
  public func corrected(_ encoder: VideoEncoder) -> VideoEncoder {
    switch self {
    case .m4v: .libx264
    case .mov: encoder == .libvpxVP9 ? .libx264 : encoder
    case .webm: .libvpxVP9
    case .mkv, .mp4: encoder == .rawvideo ? .libx264 : encoder
    case .avi: encoder
    }
  }

  public func corrected(_ encoder: AudioEncoder) -> AudioEncoder {
    switch self {
    case .avi: encoder == .libopus ? .aac : encoder
    case .m4v: .aac
    case .mov: encoder == .flac || encoder == .libopus ? .aac : encoder
    case .webm: .libopus
    case .mkv, .mp4: encoder
    }
  }

  /// The audio encoder where the user named none: AAC where players expect it (the peer's first choice, FLAC, is refused
  /// or silent in mp4), Opus in WebM, AAC elsewhere.
  public var defaultAudioEncoder: AudioEncoder { self == .webm ? .libopus : .aac }
}

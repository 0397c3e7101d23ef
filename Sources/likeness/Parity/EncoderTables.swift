import Foundation
import Media
import TestSupport

/// The program's encoder settings in the words of ffmpeg's command line, as golden cases have them (workflow.md §6).
enum EncoderTables {
  static func video(_ name: JSONValue) throws -> VideoEncoder {
    guard let encoder = VideoEncoder(rawValue: name.text ?? "") else { throw unknown(name) }
    return encoder
  }

  private static func audio(_ name: JSONValue) throws -> AudioEncoder {
    guard let encoder = AudioEncoder(rawValue: name.text ?? "") else { throw unknown(name) }
    return encoder
  }

  private static func unknown(_ name: JSONValue) -> TestSupportError {
    TestSupportError(.nameUnknown, "There is no encoder or preset \(name).")
  }

  /// A line of the quality and preset tables.
  static func arguments(_ line: JSONValue) throws -> JSONValue {
    guard case .object(var fields) = line else { throw unknown(line) }
    let name = fields["encoder"] ?? .null
    let quality = Int(fields["quality"]?.number ?? 0)
    let words: [String]
    if let preset = fields["preset"] {
      guard let preset = VideoPreset(rawValue: preset.text ?? "") else { throw unknown(preset) }
      words = EncoderQuality.preset(try video(name), preset).flatMap { ["-\($0)", $1] }
    } else if let path = fields["path"]?.text {
      words = ["-q:v", "\(path.hasSuffix(".webp") ? quality : EncoderQuality.picture(quality: quality))"]
    } else if let encoder = AudioEncoder(rawValue: name.text ?? "") {
      words = audioQuality(encoder, quality)
    } else {
      words = EncoderQuality.video(try video(name), quality: quality).flatMap { [commandLineName($0), $1] }
    }
    fields["arguments"] = .words(words)
    return .object(fields)
  }

  /// The library's names of options differ from the command line's for two of them.
  private static func commandLineName(_ option: String) -> String {
    switch option {
    case "b": "-b:v"
    case "global_quality": "-qp"
    default: "-\(option)"
    }
  }

  private static func audioQuality(_ encoder: AudioEncoder, _ quality: Int) -> [String] {
    switch EncoderQuality.audio(encoder, quality: quality) {
    case .scale(let value): ["-q:a", String(format: encoder == .libmp3lame ? "%.0f" : "%.1f", value)]
    case .bitRate(let rate): ["-b:a", "\(rate / 1000)k"]
    case .none: []
    }
  }

  /// The peer's; the program keeps the depth and the chroma of its input.
  static func pixelFormat(_ encoder: VideoEncoder) -> [String] {
    switch encoder {
    case .libvpxVP9: ["-pix_fmt", "yuva420p"]
    case .rawvideo: ["-pix_fmt", "rgb24"]
    default: ["-pix_fmt", "yuv420p"]
    }
  }

  /// A line encoder, container, arguments.
  static func tag(_ line: JSONValue) throws -> JSONValue {
    guard let fields = line.list, fields.count > 1 else { throw unknown(line) }
    let isApple = ["m4v", "mov", "mp4"].contains(fields[1].text ?? "")
    let words = try video(fields[0]).isHEVC && isApple ? ["-tag:v", "hvc1"] : []
    return .list([fields[0], fields[1], .words(words)])
  }

  /// Lines container, encoder, what is used in its place; one list for sound, one for pictures.
  static func corrections(_ expected: JSONValue) throws -> JSONValue {
    func lines(_ key: String, _ body: (String, JSONValue) throws -> String) throws -> JSONValue {
      .list(
        try (expected[key]?.list ?? []).map { line in
          guard let fields = line.list, fields.count > 1, let container = fields[0].text else { throw unknown(line) }
          return .list([fields[0], fields[1], .text(try body(container, fields[1]))])
        })
    }
    return .object([
      "audio": try lines("audio") { container, name in
        let encoder = try audio(name)
        if let known = Container(rawValue: container) { return known.corrected(encoder).rawValue }
        return (container == "mxf" ? AudioEncoder.pcmS16LE : .aac).rawValue
      },
      "video": try lines("video") { container, name in
        let encoder = try video(name)
        // The program does not write the others, which all take x264.
        return (Container(rawValue: container)?.corrected(encoder) ?? .libx264).rawValue
      },
    ])
  }
}

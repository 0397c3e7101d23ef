import Imaging
import Media
import Parity
import Processors
import TestSupport

/// The group `media`: encoder settings, resolutions, trims and alpha.
///
/// Encoder numbers, corrections, colours and paddings are the program's own. Where the program goes its own way with
/// sizes, frame rates and trims, the table is ``PeerArithmetic``'s.
enum MediaCases: ParityGroup {
  static let groups = ["media"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if run.hasInput("frame_4") { try addAlpha(run, to: &outputs) }
    let clip = PeerArithmetic.Clip(words: run.parityCase.what)
    for expected in run.parityCase.values where expected.name != "planes_when_opaque" {
      outputs.add(value: expected.name, try table(expected.name, expected.value, clip))
    }
    return outputs
  }

  /// A table with the results worked out anew; what its lines ask for is taken from the expected ones.
  private static func table(_ name: String, _ expected: JSONValue, _ clip: PeerArithmetic.Clip) throws -> JSONValue {
    func lines(_ body: (JSONValue) throws -> JSONValue) rethrows -> JSONValue {
      .list(try (expected.list ?? []).map(body))
    }
    func pairs(_ body: (JSONValue) throws -> JSONValue) rethrows -> JSONValue {
      try lines { line in
        let given = line.list?.first ?? .null
        return .list([given, try body(given)])
      }
    }
    switch name {
    case "video_quality", "audio_quality", "presets", "image_quality": return try lines(EncoderTables.arguments)
    case "pixel_format": return try pairs { .words(EncoderTables.pixelFormat(try EncoderTables.video($0))) }
    case "video_tag": return try lines(EncoderTables.tag)
    case "table": return try EncoderTables.corrections(expected)
    case "scale_resolution": return lines(PeerArithmetic.scaled)
    case "normalize_resolution": return pairs { .numbers(PeerArithmetic.normalized($0.numbers)) }
    case "pack_resolution":
      return pairs { .text(PeerArithmetic.normalized($0.numbers).map { String(Int($0)) }.joined(separator: "x")) }
    case "normalize_fps": return pairs { $0.number.map { .number(min(max($0, 1), 60)) } ?? .null }
    case "normalize_color": return pairs(color)
    case "normalize_space": return pairs(spacing)
    case "orientation": return pairs { .text($0.numbers[0] > $0.numbers[1] ? "landscape" : "portrait") }
    case "trim": return lines(clip.trimLine)
    case "predicted": return lines(clip.predictedLine)
    case "restrict_fps": return pairs { .number(min(clip.fps, $0.number ?? 0)) }
    case "restrict_resolution": return pairs { .numbers(clip.restricted($0.numbers)) }
    case "duration": return .number(clip.fps > 0 ? Double(clip.frames) / clip.fps : 0)
    default: throw TestSupportError(.nameUnknown, "There is no media table called \(name).")
    }
  }

  private static func color(_ given: JSONValue) -> JSONValue {
    guard let color = BackgroundColor(given.numbers.map { Int($0) }) else { return .null }
    return .numbers([color.red, color.green, color.blue, color.alpha].map { Double($0) })
  }

  private static func spacing(_ given: JSONValue) -> JSONValue {
    guard let values = given.list, !values.isEmpty else { return .null }
    let sides = OneOption(values: values.flatMap(\.numbers).map { String(Int($0)) }).spacing("space")
    return .numbers([sides.top, sides.right, sides.bottom, sides.left].map { Double($0) })
  }

  /// Alpha out of a picture and into it again; an opaque one keeps three channels.
  private static func addAlpha(_ run: ParityRun, to outputs: inout ParityOutputs) throws {
    let frame = try run.picture("frame_4")
    func plane(_ channel: Int) -> [UInt8] {
      stride(from: channel, to: frame.samples.count, by: frame.channels).map { frame.samples[$0] }
    }
    let mask = PixelBuffer8(size: frame.size, channels: 1, samples: plane(3))
    let opaque = PixelBuffer8(size: frame.size, channels: 1, repeating: 255)
    let merged = (0..<frame.size.area).flatMap { pixel in
      (0..<3).map { frame.samples[pixel * frame.channels + $0] } + [mask.samples[pixel]]
    }
    outputs.add("mask", mask)
    outputs.add("mask_of_3_planes", opaque)
    outputs.add("merged", PixelBuffer8(size: frame.size, channels: 4, samples: merged))
    outputs.add(value: "planes_when_opaque", .number(opaque.samples.allSatisfy { $0 == 255 } ? 3 : 4))
  }
}

/// The values of one option.
private struct OneOption: OptionReading {
  let values: [String]

  func strings(_ key: String) -> [String] { values }
}

extension JSONValue {
  static func numbers(_ values: [Double]) -> JSONValue { .list(values.map { .number($0) }) }
  static func words(_ values: [String]) -> JSONValue { .list(values.map { .text($0) }) }
}

import CFFmpeg
import Imaging

/// Decides encoder, pixel format and colour of an output from its source and the settings.
struct EncoderChoice {
  var encoder: VideoEncoder
  var pixelFormat: AVPixelFormat
  var color: ColorDescription
  var warnings: [String] = []

  /// Options that are ours, not the peer's: encoders that print on their own are silenced, constant quality is made to
  /// hold, and slow defaults are replaced where no preset exists.
  static func quiet(_ encoder: VideoEncoder) -> [(String, String)] {
    encoder == .libx265 ? [("x265-params", "log-level=none")] : []
  }

  static func options(_ encoder: VideoEncoder, _ output: VideoOutput) -> [(String, String)] {
    var options = EncoderQuality.video(encoder, quality: output.quality)
    options += EncoderQuality.preset(encoder, output.preset)
    options += quiet(encoder)
    switch encoder.family {
    // Without a zero bit rate the quality would be capped by FFmpeg's default rate.
    case .nvenc: options += [("rc", "vbr"), ("b", "0")]
    case .vp9:
      let speeds: [VideoPreset: Int] = [.faster: 4, .fast: 4, .medium: 3, .slow: 2, .slower: 1, .veryslow: 0]
      options += [("b", "0"), ("row-mt", "1"), ("deadline", "good"), ("cpu-used", "\(speeds[output.preset] ?? 5)")]
    default: break
    }
    return options + output.encoderOptions.sorted { $0.key < $1.key }
  }

  /// The encoder for a container: the wanted one with the container's correction, else the first that starts. In place of
  /// hardware that does not start the CPU encodes the same kind of video, and the note says why.
  ///
  /// - Parameter failure: why an encoder does not start.
  static func encoder(
    wanted: VideoEncoder?, container: Container, available: [VideoEncoder],
    failure: (VideoEncoder) -> String? = EncoderProbe.failure
  ) throws -> (VideoEncoder, warning: String?, note: String?) {
    if let wanted {
      let corrected = container.corrected(wanted)
      guard available.contains(corrected) else {
        if let software = corrected.software, available.contains(container.corrected(software)) {
          let reason = failure(corrected).map { " (\($0))" } ?? ""
          let used = container.corrected(software)
          return (
            used, nil,
            "'\(corrected.rawValue)' does not start on this machine\(reason); '\(used.rawValue)' encodes instead."
          )
        }
        let names = available.map(\.rawValue).joined(separator: ", ")
        throw MediaError(
          .encoderUnavailable, "The video encoder '\(corrected.rawValue)' does not start on this machine.",
          hint: "Encoders that do: \(names).")
      }
      let changed = "'\(wanted.rawValue)' does not fit .\(container.rawValue); '\(corrected.rawValue)' is used."
      return (corrected, corrected == wanted ? nil : changed, nil)
    }
    guard let first = available.first(where: { container.corrected($0) == $0 }) else {
      throw MediaError(
        .encoderUnavailable, "This FFmpeg has no video encoder for .\(container.rawValue) files.",
        hint: "Install an FFmpeg with libx264 (and libvpx-vp9 for .webm).")
    }
    return (first, nil, nil)
  }

  /// `supports` tells whether the encoder takes a pixel format.
  init(
    encoder: VideoEncoder, source: VideoSource, outputSize: PixelSize, supports: (AVPixelFormat) -> Bool
  ) throws {
    self.encoder = encoder
    let candidates = Self.candidates(for: source.format, encoder: encoder, size: outputSize)
    guard let chosen = candidates.first(where: supports), let facts = PixelFormatFacts(chosen) else {
      throw MediaError(
        .encoderUnavailable, "The video encoder '\(encoder.rawValue)' takes no pixel format for \(source.format).",
        hint: EncoderProbe.hint)
    }
    pixelFormat = chosen
    color = Self.color(source.color, from: source.format, facts: facts, height: outputSize.height)
    warn(source: source, size: outputSize, facts: facts)
  }

  private mutating func warn(source: VideoSource, size: PixelSize, facts: PixelFormatFacts) {
    if facts.depth < min(source.format.bitDepth, 10) || (facts.depth < source.format.bitDepth && !facts.isRGB) {
      warnings.append(
        "'\(encoder.rawValue)' writes \(facts.depth) bits a sample here; the input has \(source.format.bitDepth).")
    }
    if source.format.hasAlpha, !facts.hasAlpha {
      warnings.append("'\(encoder.rawValue)' cannot store transparency; it is left out.")
    }
    if facts.chromaShiftX == 0, !facts.isRGB, encoder.isH264 || encoder.isHEVC, Self.isOdd(size),
      case .planarYUV(1, 1) = source.format.layout
    {
      warnings.append(
        "\(size) has an odd side, which \(encoder.rawValue) can only keep in 4:4:4; some players may not show it.")
    }
  }

  private static func isOdd(_ size: PixelSize) -> Bool { size.width % 2 != 0 || size.height % 2 != 0 }

  /// Pixel formats in order of preference: bit depth first, then chroma resolution.
  private static func candidates(for format: PixelFormat, encoder: VideoEncoder, size: PixelSize) -> [AVPixelFormat] {
    let same = PixelFormats.ffmpeg(format)
    if encoder == .libx264rgb {
      return [AV_PIX_FMT_RGB24, AV_PIX_FMT_BGR24, AV_PIX_FMT_BGR0]
    }
    if encoder == .rawvideo, let same { return [same] }
    var chroma = [(1, 1)]
    if case .planarYUV(let shiftX, let shiftY) = format.layout { chroma = [(shiftX, shiftY), (1, 1)] }
    if isOdd(size), encoder.isH264 || encoder.isHEVC { chroma = [(0, 0)] }
    var formats: [AVPixelFormat] = []
    for depth in depths(from: format.bitDepth) {
      for (shiftX, shiftY) in chroma {
        let layout = PixelFormat.Layout.planarYUV(chromaShiftX: shiftX, chromaShiftY: shiftY)
        for alpha in format.hasAlpha && encoder.family == .vp9 ? [true, false] : [false] {
          formats += [PixelFormats.ffmpeg(PixelFormat(layout: layout, bitDepth: depth, hasAlpha: alpha))].compactMap {
            $0
          }
        }
        if depth == 10, shiftX == 1, shiftY == 1 { formats.append(AV_PIX_FMT_P010LE) }
      }
    }
    return formats
  }

  /// Depths to try: the same, then finer ones up to 12, then coarser ones. 16-bit RGB and grey are written with 10.
  private static func depths(from depth: Int) -> [Int] {
    switch depth {
    case 8: [8]
    case 10: [10, 12, 8]
    case 12: [12, 10, 8]
    default: [12, 10, 8]
    }
  }

  /// YUV keeps its tags. RGB gets the matrix that players assume for the size, and limited range.
  private static func color(
    _ color: ColorDescription, from format: PixelFormat, facts: PixelFormatFacts, height: Int
  ) -> ColorDescription {
    var result = color
    if facts.isRGB {
      result.matrixCode = 0
      result.isFullRange = true
      return result
    }
    if case .planarYUV = format.layout { return result }
    result.isFullRange = false
    if result.matrixCode == 0 || result.matrixCode == 2 { result.matrixCode = height >= 720 ? 1 : 6 }
    return result
  }
}

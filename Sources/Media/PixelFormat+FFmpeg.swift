import CFFmpeg
import Imaging

/// FFmpeg's pixel formats and the layouts that are processed.
enum PixelFormats {
  /// The FFmpeg format whose memory is exactly this layout.
  static func ffmpeg(_ format: PixelFormat) -> AVPixelFormat? {
    switch format.layout {
    case .interleavedRGB:
      switch (format.bitDepth, format.hasAlpha) {
      case (8, false): return AV_PIX_FMT_RGB24
      case (8, true): return AV_PIX_FMT_RGBA
      case (16, false): return AV_PIX_FMT_RGB48LE
      case (16, true): return AV_PIX_FMT_RGBA64LE
      default: return nil
      }
    case .gray:
      guard !format.hasAlpha else { return nil }
      return [8: AV_PIX_FMT_GRAY8, 10: AV_PIX_FMT_GRAY10LE, 12: AV_PIX_FMT_GRAY12LE, 16: AV_PIX_FMT_GRAY16LE][
        format.bitDepth]
    case .planarYUV(let shiftX, let shiftY):
      return planar[PlanarKey(shiftX: shiftX, shiftY: shiftY, depth: format.bitDepth, alpha: format.hasAlpha)]
    }
  }

  /// The processed layout nearest to an FFmpeg format, and whether its memory can be used as it is.
  static func nearest(to format: AVPixelFormat, turns: Bool) -> (format: PixelFormat, isSame: Bool)? {
    guard let facts = PixelFormatFacts(format), !facts.isHardware else { return nil }
    let depth = facts.depth <= 8 ? 8 : facts.depth <= 10 ? 10 : facts.depth <= 12 ? 12 : 16
    let wanted: PixelFormat
    if facts.isPalette {
      wanted = .rgb8
    } else if facts.isRGB {
      wanted = PixelFormat(layout: .interleavedRGB, bitDepth: depth > 8 ? 16 : 8, hasAlpha: facts.hasAlpha)
    } else if facts.components <= 2 {
      wanted =
        facts.hasAlpha
        ? PixelFormat(layout: .interleavedRGB, bitDepth: depth > 8 ? 16 : 8, hasAlpha: true)
        : PixelFormat(layout: .gray, bitDepth: depth)
    } else {
      // 4:1:0 and 4:1:1 are stored finer, 4:4:0 too; a 4:2:2 picture that is turned would become 4:4:0.
      let shiftX = min(facts.chromaShiftX, 1)
      let shiftY = shiftX == 0 ? 0 : min(facts.chromaShiftY, 1)
      let fullChroma = turns && shiftX != shiftY
      wanted = PixelFormat(
        layout: .planarYUV(chromaShiftX: fullChroma ? 0 : shiftX, chromaShiftY: fullChroma ? 0 : shiftY),
        bitDepth: depth, hasAlpha: facts.hasAlpha)
    }
    guard let memory = ffmpeg(wanted) else { return nil }
    return (wanted, memory == format || fullRangeTwin[memory.rawValue] == format)
  }

  private struct PlanarKey: Hashable {
    var shiftX: Int, shiftY: Int, depth: Int, alpha: Bool
  }

  private static let planar: [PlanarKey: AVPixelFormat] = {
    var table: [PlanarKey: AVPixelFormat] = [:]
    func add(_ shiftX: Int, _ shiftY: Int, _ alpha: Bool, _ formats: [Int: AVPixelFormat]) {
      for (depth, format) in formats {
        table[PlanarKey(shiftX: shiftX, shiftY: shiftY, depth: depth, alpha: alpha)] = format
      }
    }
    add(
      1, 1, false,
      [8: AV_PIX_FMT_YUV420P, 10: AV_PIX_FMT_YUV420P10LE, 12: AV_PIX_FMT_YUV420P12LE, 16: AV_PIX_FMT_YUV420P16LE])
    add(
      1, 0, false,
      [8: AV_PIX_FMT_YUV422P, 10: AV_PIX_FMT_YUV422P10LE, 12: AV_PIX_FMT_YUV422P12LE, 16: AV_PIX_FMT_YUV422P16LE])
    add(
      0, 0, false,
      [8: AV_PIX_FMT_YUV444P, 10: AV_PIX_FMT_YUV444P10LE, 12: AV_PIX_FMT_YUV444P12LE, 16: AV_PIX_FMT_YUV444P16LE])
    add(1, 1, true, [8: AV_PIX_FMT_YUVA420P, 10: AV_PIX_FMT_YUVA420P10LE, 16: AV_PIX_FMT_YUVA420P16LE])
    add(
      1, 0, true,
      [8: AV_PIX_FMT_YUVA422P, 10: AV_PIX_FMT_YUVA422P10LE, 12: AV_PIX_FMT_YUVA422P12LE, 16: AV_PIX_FMT_YUVA422P16LE])
    add(
      0, 0, true,
      [8: AV_PIX_FMT_YUVA444P, 10: AV_PIX_FMT_YUVA444P10LE, 12: AV_PIX_FMT_YUVA444P12LE, 16: AV_PIX_FMT_YUVA444P16LE])
    return table
  }()

  /// The old names of full-range formats: same memory.
  private static let fullRangeTwin: [Int32: AVPixelFormat] = [
    AV_PIX_FMT_YUV420P.rawValue: AV_PIX_FMT_YUVJ420P,
    AV_PIX_FMT_YUV422P.rawValue: AV_PIX_FMT_YUVJ422P,
    AV_PIX_FMT_YUV444P.rawValue: AV_PIX_FMT_YUVJ444P,
  ]

  /// U and V lie side by side.
  static func isPaired(_ format: AVPixelFormat) -> Bool {
    [AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE, AV_PIX_FMT_P016LE].contains(format)
  }

  static func isFullRangeByName(_ format: AVPixelFormat) -> Bool {
    [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P]
      .contains(format)
  }
}

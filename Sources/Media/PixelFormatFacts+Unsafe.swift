import CFFmpeg

/// What FFmpeg's descriptor says of a pixel format.
struct PixelFormatFacts {
  let name: String
  let components: Int
  /// Significant bits of the first component.
  let depth: Int
  let chromaShiftX: Int
  let chromaShiftY: Int
  let isRGB: Bool
  let hasAlpha: Bool
  let isPalette: Bool
  let isHardware: Bool

  init?(_ format: AVPixelFormat) {
    guard let descriptor = av_pix_fmt_desc_get(format)?.pointee else { return nil }
    func has(_ flag: Int32) -> Bool { descriptor.flags & UInt64(flag) != 0 }
    name = descriptor.name.map { String(cString: $0) } ?? "unknown"
    components = Int(descriptor.nb_components)
    depth = Int(descriptor.comp.0.depth)
    chromaShiftX = Int(descriptor.log2_chroma_w)
    chromaShiftY = Int(descriptor.log2_chroma_h)
    isRGB = has(AV_PIX_FMT_FLAG_RGB)
    hasAlpha = has(AV_PIX_FMT_FLAG_ALPHA)
    isPalette = has(AV_PIX_FMT_FLAG_PAL)
    isHardware = has(AV_PIX_FMT_FLAG_HWACCEL)
  }
}

extension AVPixelFormat {
  var name: String { PixelFormatFacts(self)?.name ?? "unknown" }
}

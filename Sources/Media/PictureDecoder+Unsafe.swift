import CFFmpeg
import Imaging

/// Decodes one picture file that is wholly in memory.
enum PictureDecoder {
  static func decode(
    _ bytes: [UInt8], header: PictureHeader, path: String, toleratesDamage: Bool
  ) throws -> Picture {
    let box = try decodeFirstFrame(bytes, header: header, path: path)
    if box.isCorrupt, !toleratesDamage { throw PictureFile.damaged(path, "its picture data is broken") }
    let stored = try converted(box, format: header.format)
    var upright = stored
    if header.orientation != .upright {
      upright = Frame(
        size: header.orientation.uprightSize(stored.size), format: stored.format, color: stored.color)
      header.orientation.apply(from: stored, to: upright)
    }
    return Picture(
      frame: upright, format: header.format, orientation: header.orientation, iccProfile: box.iccProfile, path: path)
  }

  private static func codecID(_ format: PictureFormat) -> AVCodecID {
    switch format {
    case .jpeg: AV_CODEC_ID_MJPEG
    case .png: AV_CODEC_ID_PNG
    case .webp: AV_CODEC_ID_WEBP
    case .bmp: AV_CODEC_ID_BMP
    case .tiff: AV_CODEC_ID_TIFF
    }
  }

  private static func decodeFirstFrame(
    _ bytes: [UInt8], header: PictureHeader, path: String
  ) throws -> AVFrameBox {
    FFmpegLog.reset()
    guard let codec = avcodec_find_decoder(codecID(header.format)), let context = avcodec_alloc_context3(codec) else {
      throw MediaError(.decoderUnavailable, "This FFmpeg has no decoder for \(header.format.rawValue) pictures.")
    }
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    defer { avcodec_free_context(&freed) }
    // The decoder checks a size with its padding.
    context.pointee.max_pixels = Int64(header.size.area) * 2 + 65_536
    context.pointee.thread_count = 1
    let packet = try Packet()
    var code = avcodec_open2(context, codec, nil)
    if code >= 0 { code = av_new_packet(packet.pointer, Int32(clamping: bytes.count)) }
    guard code >= 0, let data = packet.pointer.pointee.data else { throw failure(code, path) }
    UnsafeMutableRawPointer(data).copyMemory(from: bytes, byteCount: bytes.count)
    packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY
    code = avcodec_send_packet(context, packet.pointer)
    if code >= 0 { code = avcodec_send_packet(context, nil) }
    let box = try AVFrameBox()
    if code >= 0 { code = avcodec_receive_frame(context, box.pointer) }
    if code < 0 { throw failure(code, path) }
    return box
  }

  private static func failure(_ code: Int32, _ path: String) -> MediaError {
    let failure = FFmpegFailure(code)
    return MediaError(
      .damaged, "The picture '\(path)' cannot be decoded: \(failure.description).", underlying: failure)
  }

  /// Grey stays grey, everything else becomes RGB(A); 8 or 16 bits.
  private static func layout(of box: AVFrameBox) -> PixelFormat {
    guard let facts = PixelFormatFacts(box.pixelFormat) else { return .rgb8 }
    let depth = facts.depth > 8 ? 16 : 8
    if facts.isPalette { return box.paletteHasAlpha ? .rgba8 : .rgb8 }
    if facts.components <= 2, !facts.isRGB, !facts.hasAlpha { return PixelFormat(layout: .gray, bitDepth: depth) }
    return PixelFormat(layout: .interleavedRGB, bitDepth: depth, hasAlpha: facts.hasAlpha)
  }

  private static func converted(_ box: AVFrameBox, format: PictureFormat) throws -> Frame {
    var color = box.colorDescription(isRGB: true)
    var layout = layout(of: box)
    // FFmpeg decodes CMYK into a format with an opaque alpha plane; JPEG knows no transparency.
    if format == .jpeg { layout.hasAlpha = false }
    let target = Frame(size: box.size, format: layout, color: color)
    // Picture files state no matrix; JPEG and WebP mean BT.601.
    let facts = PixelFormatFacts(box.pixelFormat)
    let isYUV = !(facts?.isRGB ?? true) && (facts?.components ?? 0) >= 3
    let isFull = !isYUV || box.colorDescription(isRGB: false).isFullRange
    let matrix: ColorDescription.Matrix = color.matrixCode == 1 ? .bt709 : .bt601
    guard var to = Scaler.Side(target) else {
      throw MediaError(.decoderUnavailable, "Pixel format \(box.pixelFormat.name) cannot be processed.")
    }
    to.isFullRange = true
    color.matrixCode = 2
    target.color = color
    let from = Scaler.Side(size: box.size, format: box.pixelFormat, matrix: matrix, isFullRange: isFull)
    try Scaler(from: from, to: to).convert(box, to: target)
    return target
  }
}

extension AVFrameBox {
  /// The ICC profile that came with the picture.
  var iccProfile: [UInt8]? { sideData(AV_FRAME_DATA_ICC_PROFILE) }

  /// Some colour of the palette is not opaque.
  var paletteHasAlpha: Bool {
    guard let palette = pointer.pointee.data.1 else { return false }
    return (0..<256).contains { palette[4 * $0 + 3] < 255 }
  }
}

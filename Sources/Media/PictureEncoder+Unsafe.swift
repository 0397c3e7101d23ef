import CFFmpeg
import Imaging

/// Encodes one picture into the bytes of a file.
enum PictureEncoder {
  /// How a type is written.
  private struct Plan {
    var codec: AVCodecID
    var pixelFormat: AVPixelFormat
    var depth = 8
    var keepsAlpha = false
    var options: [(String, String)] = []
    var quantiser: Int?
  }

  static func encode(
    _ picture: Picture, as format: PictureFormat, quality: Int, size: PixelSize
  ) throws -> (bytes: [UInt8], warnings: [String]) {
    let plan = plan(for: picture.frame, as: format, quality: quality)
    let box = try frame(picture.frame, size: size, plan: plan)
    var bytes = try encode(box, plan: plan, format: format)
    var warnings: [String] = []
    if picture.frame.format.hasAlpha, !plan.keepsAlpha {
      warnings.append("\(format.rawValue) pictures cannot store transparency; it is left out.")
    }
    if picture.frame.format.bitDepth > plan.depth {
      warnings.append("\(format.rawValue) pictures are written with 8 bits a sample; the picture has more.")
    }
    if let profile = picture.iccProfile {
      if let with = ColorProfile.add(profile, to: bytes, format: format, width: size.width, height: size.height) {
        bytes = with
      } else {
        warnings.append("The colour profile was left out: .\(format.suffixes[0]) pictures are written without one.")
      }
    }
    return (bytes, warnings)
  }

  private static func plan(for frame: Frame, as format: PictureFormat, quality: Int) -> Plan {
    let deep = frame.format.bitDepth > 8
    let alpha = frame.format.hasAlpha
    let isGray = frame.format.layout == .gray && !alpha
    switch format {
    case .jpeg:
      // Fine chroma keeps lips and eyes clean; it costs about a seventh more bytes.
      let pixels = quality >= 80 ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUVJ420P
      return Plan(
        codec: AV_CODEC_ID_MJPEG, pixelFormat: pixels, quantiser: max(1, EncoderQuality.picture(quality: quality)))
    case .png:
      let pixels =
        isGray
        ? (deep ? AV_PIX_FMT_GRAY16BE : AV_PIX_FMT_GRAY8)
        : alpha ? (deep ? AV_PIX_FMT_RGBA64BE : AV_PIX_FMT_RGBA) : (deep ? AV_PIX_FMT_RGB48BE : AV_PIX_FMT_RGB24)
      return Plan(
        codec: AV_CODEC_ID_PNG, pixelFormat: pixels, depth: 16, keepsAlpha: true,
        options: [("pred", "up"), ("compression_level", "3")])
    case .webp:
      return Plan(
        codec: AV_CODEC_ID_WEBP, pixelFormat: AV_PIX_FMT_BGRA, keepsAlpha: true,
        options: [("lossless", "0"), ("quality", "\(quality)")])
    case .bmp:
      let pixels = alpha ? AV_PIX_FMT_BGRA : isGray ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_BGR24
      return Plan(codec: AV_CODEC_ID_BMP, pixelFormat: pixels, keepsAlpha: true)
    case .tiff:
      let pixels =
        isGray
        ? (deep ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8)
        : alpha ? (deep ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGBA) : (deep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24)
      return Plan(
        codec: AV_CODEC_ID_TIFF, pixelFormat: pixels, depth: 16, keepsAlpha: true,
        options: [("compression_algo", "deflate")])
    }
  }

  /// The picture in the encoder's pixel format and size.
  private static func frame(_ frame: Frame, size: PixelSize, plan: Plan) throws -> AVFrameBox {
    guard var from = Scaler.Side(frame) else {
      throw MediaError(.badSetting, "A frame of layout \(frame.format) cannot be written as a picture.")
    }
    if frame.format.layout == .gray { from.isFullRange = true }
    let box = try AVFrameBox()
    box.pointer.pointee.width = Int32(size.width)
    box.pointer.pointee.height = Int32(size.height)
    box.pointer.pointee.format = plan.pixelFormat.rawValue
    box.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    box.pointer.pointee.color_primaries = AVColorPrimaries(UInt32(frame.color.primaries))
    box.pointer.pointee.color_trc = AVColorTransferCharacteristic(UInt32(frame.color.transfer))
    guard av_frame_get_buffer(box.pointer, 0) >= 0 else {
      throw MediaError(.outOfMemory, "No memory for a picture of \(size).")
    }
    // JPEG's own YUV is BT.601.
    let to = Scaler.Side(size: size, format: plan.pixelFormat, matrix: .bt601, isFullRange: true)
    let isLarger = size.width > frame.size.width || size.height > frame.size.height
    // A half may have been rounded up to an even number.
    let isHalf = 2 * (size.width - 1) <= frame.size.width && 2 * (size.height - 1) <= frame.size.height
    let filter: Scaler.Filter = isLarger ? .lanczos : isHalf ? .area : .bicubic
    try Scaler(from: from, to: to, filter: filter).convert(frame, to: box)
    return box
  }

  private static func encode(_ box: AVFrameBox, plan: Plan, format: PictureFormat) throws -> [UInt8] {
    FFmpegLog.reset()
    // The plain still encoder, not the one for animations that FFmpeg finds first.
    let found = format == .webp ? avcodec_find_encoder_by_name("libwebp") : avcodec_find_encoder(plan.codec)
    guard let codec = found, let context = avcodec_alloc_context3(codec) else {
      throw MediaError(.encoderUnavailable, "This FFmpeg has no encoder for \(format.rawValue) pictures.")
    }
    var freed: UnsafeMutablePointer<AVCodecContext>? = context
    defer { avcodec_free_context(&freed) }
    context.pointee.width = box.pointer.pointee.width
    context.pointee.height = box.pointer.pointee.height
    context.pointee.pix_fmt = plan.pixelFormat
    context.pointee.color_range = AVCOL_RANGE_JPEG
    context.pointee.time_base = AVRational(num: 1, den: 1)
    context.pointee.thread_count = 1
    if let quantiser = plan.quantiser {
      context.pointee.flags |= AV_CODEC_FLAG_QSCALE
      context.pointee.global_quality = Int32(quantiser) * FF_QP2LAMBDA
      context.pointee.qmin = 1
      box.pointer.pointee.quality = context.pointee.global_quality
    }
    let options = OptionDictionary(plan.options)
    let packet = try Packet()
    box.pointer.pointee.pts = 0
    var code = avcodec_open2(context, codec, &options.pointer)
    if code >= 0 { code = avcodec_send_frame(context, box.pointer) }
    if code >= 0 { code = avcodec_send_frame(context, nil) }
    if code >= 0 { code = avcodec_receive_packet(context, packet.pointer) }
    guard code >= 0, let data = packet.pointer.pointee.data else {
      throw MediaError.writing(code, "The \(format.rawValue) picture of \(box.size) cannot be encoded")
    }
    return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointer.pointee.size)))
  }
}

import CFFmpeg
import Imaging

/// Turns processed frames into what the encoder takes: as they are where the layout fits, else by libswscale. Where the
/// encoder reads a card's memory, frames on the card stay there.
///
/// Used from one thread at a time.
final class EncoderInput {
  private let size: PixelSize
  private let format: AVPixelFormat
  private let color: ColorDescription
  /// Memory of a card that the encoder reads, and what fills it there.
  private let card: (surfaces: any EncoderSurfaces, filler: any SurfaceFilling)?
  private var scaler: Scaler?
  private var target: AVFrameBox?

  /// - Parameters:
  ///   - format: of the encoder, or of its surfaces' samples.
  ///   - card: memory of a card that the encoder reads, and what fills it there; nil = the encoder reads the host's.
  init(
    size: PixelSize, format: AVPixelFormat, color: ColorDescription,
    card: (surfaces: any EncoderSurfaces, filler: any SurfaceFilling)? = nil
  ) {
    self.size = size
    self.format = format
    self.color = color
    self.card = card
  }

  /// An FFmpeg frame for the encoder, without time.
  func frame(for frame: Frame) throws -> AVFrameBox {
    guard let card else { return try hostFrame(for: frame) }
    let (box, surface) = try card.surfaces.take()
    describe(box, format: box.pixelFormat)
    if try card.filler.fill(surface, from: frame) { return box }
    try card.surfaces.upload(hostFrame(for: frame), to: box)
    return box
  }

  private func hostFrame(for frame: Frame) throws -> AVFrameBox {
    try frame.complete()
    guard let from = Scaler.Side(frame) else {
      throw MediaError(.badSetting, "A frame of layout \(frame.format) cannot be encoded.")
    }
    if frame.size == size, from.format == format || isPrefix(from.format) { return try wrapped(frame) }
    let facts = PixelFormatFacts(format)
    let to = Scaler.Side(
      size: size, format: format, matrix: color.matrix(height: size.height),
      isFullRange: color.isFullRange || (facts?.isRGB ?? false))
    if scaler?.from != from || scaler?.to != to { scaler = try Scaler(from: from, to: to) }
    let output = try reusedTarget()
    scaler?.convert(frame, to: output)
    return output
  }

  /// The same planes with an alpha plane behind, which the encoder does not look at.
  private func isPrefix(_ other: AVPixelFormat) -> Bool {
    switch other {
    case AV_PIX_FMT_YUVA420P: format == AV_PIX_FMT_YUV420P
    case AV_PIX_FMT_YUVA422P: format == AV_PIX_FMT_YUV422P
    case AV_PIX_FMT_YUVA444P: format == AV_PIX_FMT_YUV444P
    case AV_PIX_FMT_YUVA420P10LE: format == AV_PIX_FMT_YUV420P10LE
    case AV_PIX_FMT_YUVA422P10LE: format == AV_PIX_FMT_YUV422P10LE
    case AV_PIX_FMT_YUVA444P10LE: format == AV_PIX_FMT_YUV444P10LE
    default: false
    }
  }

  /// One frame is enough where the encoder copies it; `av_frame_make_writable` takes another when it does not.
  private func reusedTarget() throws -> AVFrameBox {
    if let target, av_frame_make_writable(target.pointer) >= 0 { return target }
    let box = try AVFrameBox()
    describe(box, format: format)
    guard av_frame_get_buffer(box.pointer, 0) >= 0 else {
      throw MediaError(.outOfMemory, "No memory for a frame of \(size).")
    }
    target = box
    return box
  }

  private func describe(_ box: AVFrameBox, format: AVPixelFormat) {
    box.pointer.pointee.width = Int32(size.width)
    box.pointer.pointee.height = Int32(size.height)
    box.pointer.pointee.format = format.rawValue
    box.pointer.pointee.color_range = color.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    box.pointer.pointee.color_primaries = AVColorPrimaries(UInt32(color.primaries))
    box.pointer.pointee.color_trc = AVColorTransferCharacteristic(UInt32(color.transfer))
    box.pointer.pointee.colorspace = AVColorSpace(UInt32(color.matrixCode))
  }

  /// The planes of `frame` without a copy; the encoder's reference keeps the frame alive.
  private func wrapped(_ frame: Frame) throws -> AVFrameBox {
    let box = try AVFrameBox()
    describe(box, format: format)
    let holder = Unmanaged.passRetained(frame)
    let first = frame.planes[0]
    guard
      let buffer = av_buffer_create(
        first.base.assumingMemoryBound(to: UInt8.self), first.stride * first.height,
        { opaque, _ in
          guard let opaque else { return }
          Unmanaged<Frame>.fromOpaque(opaque).release()
        }, holder.toOpaque(), AV_BUFFER_FLAG_READONLY)
    else {
      holder.release()
      throw MediaError(.outOfMemory, "No memory for a frame of \(size).")
    }
    box.pointer.pointee.buf.0 = buffer
    withUnsafeMutablePointer(to: &box.pointer.pointee.data) { data in
      data.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8) { data in
        for (index, plane) in frame.planes.enumerated() {
          data[index] = plane.base.assumingMemoryBound(to: UInt8.self)
        }
      }
    }
    withUnsafeMutablePointer(to: &box.pointer.pointee.linesize) { strides in
      strides.withMemoryRebound(to: Int32.self, capacity: 8) { strides in
        for (index, plane) in frame.planes.enumerated() { strides[index] = Int32(plane.stride) }
      }
    }
    return box
  }
}

extension AVFrameBox {
  func setTime(pts: Int64, duration: Int64, isInterlaced: Bool, isTopFieldFirst: Bool) {
    pointer.pointee.pts = pts
    pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
    ffshim_frame_set_duration(pointer, duration)
    ffshim_frame_set_interlaced(pointer, isInterlaced, isTopFieldFirst)
  }
}

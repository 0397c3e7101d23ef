import CFFmpeg
import Imaging

/// libswscale between two sizes and pixel formats, with the colour meaning of both sides stated.
///
/// Used from one thread at a time.
final class Scaler {
  /// One side of the conversion.
  struct Side: Equatable {
    var size: PixelSize
    var format: AVPixelFormat
    var matrix: ColorDescription.Matrix
    var isFullRange: Bool

    init(size: PixelSize, format: AVPixelFormat, matrix: ColorDescription.Matrix, isFullRange: Bool) {
      self.size = size
      self.format = format
      self.matrix = matrix
      self.isFullRange = isFullRange
    }

    /// The side a processed frame is; RGB is always full range.
    init?(_ frame: Frame) {
      guard let format = PixelFormats.ffmpeg(frame.format) else { return nil }
      self.init(
        size: frame.size, format: format, matrix: frame.color.matrix(height: frame.size.height),
        isFullRange: frame.format.layout == .interleavedRGB || frame.color.isFullRange)
    }
  }

  enum Filter {
    /// Both sizes are equal, or quality matters more than ringing.
    case bicubic
    case lanczos
    /// Averages; for much smaller results.
    case area
  }

  let from: Side
  let to: Side
  private let context: OpaquePointer

  init(from: Side, to: Side, filter: Filter = .bicubic) throws {
    let flags: Int32 =
      switch filter {
      case .bicubic: SWS_BICUBIC
      case .lanczos: SWS_LANCZOS
      case .area: SWS_AREA
      }
    FFmpegLog.reset()
    guard
      let context = sws_getContext(
        Int32(from.size.width), Int32(from.size.height), from.format, Int32(to.size.width), Int32(to.size.height),
        to.format, flags | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, nil, nil, nil)
    else {
      throw MediaError(
        .badSetting,
        "A picture of \(from.size) \(from.format.name) cannot be turned into \(to.size) \(to.format.name).")
    }
    self.from = from
    self.to = to
    self.context = context
    sws_setColorspaceDetails(
      context, sws_getCoefficients(from.matrix.swscaleCode), from.isFullRange ? 1 : 0,
      sws_getCoefficients(to.matrix.swscaleCode), to.isFullRange ? 1 : 0, 0, 1 << 16, 1 << 16)
  }

  deinit { sws_freeContext(context) }

  func convert(_ source: Frame, to target: AVFrameBox) { convert(Planes(source), to: Planes(target)) }

  func convert(_ source: Frame, to target: Frame) { convert(Planes(source), to: Planes(target)) }

  func convert(_ source: AVFrameBox, to target: Frame) { convert(Planes(source), to: Planes(target)) }

  /// Four addresses and strides, as libswscale takes them.
  private struct Planes {
    var data: [UnsafeMutablePointer<UInt8>?]
    var strides: [Int32]

    init(_ frame: Frame) {
      data = frame.planes.map { $0.base.assumingMemoryBound(to: UInt8.self) }
      strides = frame.planes.map { Int32($0.stride) }
      let missing = 4 - data.count
      data += Array(repeating: nil, count: missing)
      strides += Array(repeating: 0, count: missing)
    }

    init(_ box: AVFrameBox) {
      let frame = box.pointer.pointee
      data = [frame.data.0, frame.data.1, frame.data.2, frame.data.3]
      strides = [frame.linesize.0, frame.linesize.1, frame.linesize.2, frame.linesize.3]
    }
  }

  private func convert(_ source: Planes, to target: Planes) {
    let sources = source.data.map { UnsafePointer($0) }
    _ = sws_scale(
      context, sources, source.strides, 0, Int32(from.size.height), target.data, target.strides)
  }
}

extension ColorDescription.Matrix {
  fileprivate var swscaleCode: Int32 {
    switch self {
    case .bt601: SWS_CS_ITU601
    case .bt709: SWS_CS_ITU709
    case .bt2020: SWS_CS_BT2020
    }
  }
}

import CFFmpeg
import Imaging

/// Frames of one size and format whose memory is reused: a frame that is released goes back and serves the next one.
///
/// Any thread may take and release frames.
final class FramePool: @unchecked Sendable {
  let size: PixelSize
  let format: PixelFormat
  // Reference-counted and locked by FFmpeg; outlives the pool object while frames are out.
  private var pool: OpaquePointer?
  private let shapes: [(stride: Int, width: Int, height: Int)]

  init(size: PixelSize, format: PixelFormat) throws {
    self.size = size
    self.format = format
    let pixelBytes = format.bytesPerPixelOfPlane
    func shape(_ width: Int, _ height: Int) -> (stride: Int, width: Int, height: Int) {
      ((width * pixelBytes + 63) & ~63, width, height)
    }
    let full = shape(size.width, size.height)
    switch format.layout {
    case .interleavedRGB: shapes = [full]
    case .gray: shapes = format.hasAlpha ? [full, full] : [full]
    case .planarYUV(let shiftX, let shiftY):
      let chroma = shape(-(-size.width >> shiftX), -(-size.height >> shiftY))
      shapes = [full, chroma, chroma] + (format.hasAlpha ? [full] : [])
    }
    // One row of spare bytes: vector code may write past the last pixel.
    let bytes = shapes.reduce(0) { $0 + $1.stride * $1.height } + full.stride + 64
    pool = av_buffer_pool_init(bytes, nil)
    guard pool != nil else { throw MediaError(.outOfMemory, "No memory for frames of \(size.width)x\(size.height).") }
  }

  deinit { av_buffer_pool_uninit(&pool) }

  /// A frame with undefined content.
  func take(color: ColorDescription) throws -> Frame {
    guard let buffer = av_buffer_pool_get(pool), let start = buffer.pointee.data else {
      throw MediaError(.outOfMemory, "No memory for a frame of \(size.width)x\(size.height).")
    }
    var base = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: start) + 63) & ~63) ?? .init(start)
    var planes: [Frame.Plane] = []
    for shape in shapes {
      planes.append(Frame.Plane(base: base, stride: shape.stride, width: shape.width, height: shape.height))
      base += shape.stride * shape.height
    }
    let address = UInt(bitPattern: buffer)
    return Frame(size: size, format: format, color: color, planes: planes) {
      var released = UnsafeMutablePointer<AVBufferRef>(bitPattern: address)
      av_buffer_unref(&released)
    }
  }

  /// A copy of a frame of this size and format.
  func copy(_ frame: Frame) throws -> Frame {
    let copy = try take(color: frame.color)
    let pixelBytes = format.bytesPerPixelOfPlane
    for (from, to) in zip(frame.planes, copy.planes) {
      if from.stride == to.stride {
        to.base.copyMemory(from: from.base, byteCount: from.stride * (from.height - 1) + from.width * pixelBytes)
        continue
      }
      for y in 0..<from.height {
        (to.base + y * to.stride).copyMemory(from: from.base + y * from.stride, byteCount: from.width * pixelBytes)
      }
    }
    return copy
  }
}

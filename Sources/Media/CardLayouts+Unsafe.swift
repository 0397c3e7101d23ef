import CFFmpeg
import Imaging

/// Takes the layouts of cards apart, where U and V may lie side by side: NV12, P010 with its ten bits above six empty ones,
/// P016, and planes.
enum CardLayouts {
  /// Fills a planar frame of the same size. false when the two do not fit.
  static func unpack(_ box: AVFrameBox, to frame: Frame) -> Bool {
    guard !PixelFormats.isPaired(box.pixelFormat) else { return split(box, to: frame) }
    guard box.size == frame.size, PixelFormats.ffmpeg(frame.format) == box.pixelFormat,
      let source = box.wrapped(as: frame.format, color: frame.color)
    else { return false }
    for (from, to) in zip(source.planes, frame.planes) {
      let bytes = from.width * frame.format.bytesPerPixelOfPlane
      for y in 0..<from.height { to.row8(y).update(from: from.row8(y), count: bytes) }
    }
    return true
  }

  /// Fills a planar 4:2:0 frame of the same size. false when the two do not fit.
  static func split(_ box: AVFrameBox, to frame: Frame) -> Bool {
    let shift: UInt16
    switch (box.pixelFormat, frame.format) {
    case (AV_PIX_FMT_NV12, .yuv420): shift = 0
    case (AV_PIX_FMT_P010LE, .yuv420p10): shift = 6
    case (AV_PIX_FMT_P016LE, PixelFormat(layout: .planarYUV(chromaShiftX: 1, chromaShiftY: 1), bitDepth: 16)): shift = 0
    default: return false
    }
    let source = box.pointer.pointee
    guard box.size == frame.size, let luma = source.data.0, let chroma = source.data.1 else { return false }
    let (y, u, v) = (frame.planes[0], frame.planes[1], frame.planes[2])
    let (lumaStride, chromaStride) = (Int(source.linesize.0), Int(source.linesize.1))
    let isByte = frame.format.bitDepth == 8
    for line in 0..<y.height {
      let from = luma + line * lumaStride
      if isByte {
        y.row8(line).update(from: from, count: y.width)
      } else {
        shifted(from, y.row16(line), y.width, shift)
      }
    }
    for line in 0..<u.height {
      let from = chroma + line * chromaStride
      if isByte {
        apart(from, u.row8(line), v.row8(line), u.width)
      } else {
        apart(from, u.row16(line), v.row16(line), u.width, shift)
      }
    }
    return true
  }

  private static func apart(
    _ pairs: UnsafePointer<UInt8>, _ u: UnsafeMutablePointer<UInt8>, _ v: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    for x in 0..<count {
      u[x] = pairs[2 &* x]
      v[x] = pairs[2 &* x &+ 1]
    }
  }

  private static func apart(
    _ bytes: UnsafePointer<UInt8>, _ u: UnsafeMutablePointer<UInt16>, _ v: UnsafeMutablePointer<UInt16>, _ count: Int,
    _ shift: UInt16
  ) {
    bytes.withMemoryRebound(to: UInt16.self, capacity: 2 * count) { pairs in
      for x in 0..<count {
        u[x] = pairs[2 &* x] &>> shift
        v[x] = pairs[2 &* x &+ 1] &>> shift
      }
    }
  }

  private static func shifted(
    _ bytes: UnsafePointer<UInt8>, _ row: UnsafeMutablePointer<UInt16>, _ count: Int, _ shift: UInt16
  ) {
    bytes.withMemoryRebound(to: UInt16.self, capacity: count) { samples in
      for x in 0..<count { row[x] = samples[x] &>> shift }
    }
  }
}

import Imaging

/// Eight-bit luma of any frame: Y, grey, or (R + 2G + B) / 4.
enum WatermarkLuma {
  /// Fills rows of the frame's width.
  static func reduce(_ frame: Frame, to luma: UnsafeMutablePointer<UInt8>) {
    guard let plane = frame.planes.first else { return }
    let width = frame.size.width
    let shift = UInt16(frame.format.bitDepth - 8)
    let samples = frame.format.layout != .interleavedRGB ? 1 : frame.format.hasAlpha ? 4 : 3
    for y in 0..<frame.size.height {
      let out = luma + y * width
      // The number of samples is written out, as only then the compiler takes many pixels at once.
      switch (samples, shift > 0) {
      case (1, false): out.update(from: plane.row8(y), count: width)
      case (1, true): narrow(plane.row16(y), out, width, shift)
      case (3, false): mix8(plane.row8(y), 3, out, width)
      case (3, true): mix16(plane.row16(y), 3, out, width, shift)
      case (_, false): mix8(plane.row8(y), 4, out, width)
      case (_, true): mix16(plane.row16(y), 4, out, width, shift)
      }
    }
  }

  private static func narrow(
    _ row: UnsafePointer<UInt16>, _ out: UnsafeMutablePointer<UInt8>, _ width: Int, _ shift: UInt16
  ) {
    var x = 0
    while x < width {
      let value = row[x] &>> shift
      out[x] = UInt8(truncatingIfNeeded: value < 255 ? value : 255)
      x &+= 1
    }
  }

  @inline(__always)
  private static func mix8(
    _ row: UnsafePointer<UInt8>, _ step: Int, _ out: UnsafeMutablePointer<UInt8>, _ width: Int
  ) {
    var (x, pixel) = (0, row)
    while x < width {
      let sum = UInt16(pixel[0]) &+ 2 &* UInt16(pixel[1]) &+ UInt16(pixel[2])
      out[x] = UInt8(truncatingIfNeeded: sum &>> 2)
      pixel += step
      x &+= 1
    }
  }

  @inline(__always)
  private static func mix16(
    _ row: UnsafePointer<UInt16>, _ step: Int, _ out: UnsafeMutablePointer<UInt8>, _ width: Int, _ shift: UInt16
  ) {
    var (x, pixel) = (0, row)
    while x < width {
      let sum = UInt32(pixel[0]) &+ 2 &* UInt32(pixel[1]) &+ UInt32(pixel[2])
      let value = sum &>> UInt32(shift &+ 2)
      out[x] = UInt8(truncatingIfNeeded: value < 255 ? value : 255)
      pixel += step
      x &+= 1
    }
  }
}

/// Halves part of a frame, each pixel the mean of 2×2, as often as wanted. Belongs to one worker; its memory is used again.
///
/// Samples of 8 bit become 16 bit wide, so that nothing is lost by rounding.
public final class FrameReduction {
  private var memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
  private var count = 64

  public init() {}

  deinit { memory.deallocate() }

  /// The part of `frame` around `area`, halved `times` times, and the transform from frame to reduced pixels.
  ///
  /// The result is valid until the next call and as long as this object lives. Nil when the part is too small to be halved so often.
  public func reduce(
    _ frame: Frame, _ area: PixelRectangle, times: Int
  ) -> (frame: Frame, transform: AffineTransform)? {
    guard let part = FrameReduction.part(of: frame.size, format: frame.format, area, times: times) else { return nil }
    var shift = (x: 0, y: 0)
    if case .planarYUV(let x, let y) = frame.format.layout { shift = (x, y) }
    return (halved(frame, part.cut, part.size, times, shift), part.transform)
  }

  /// What ``reduce(_:_:times:)`` halves: the pixels of the frame, the size of the result and the transform from frame
  /// to reduced pixels.
  package static func part(
    of frame: PixelSize, format: PixelFormat, _ area: PixelRectangle, times: Int
  ) -> (cut: PixelRectangle, size: PixelSize, transform: AffineTransform)? {
    var (shiftX, shiftY) = (0, 0)
    if case .planarYUV(let x, let y) = format.layout { (shiftX, shiftY) = (x, y) }
    // Whole cells of the coarsest copy, so that chroma stays where it is.
    let (unitX, unitY) = (1 << (times + shiftX), 1 << (times + shiftY))
    let part = area.clamped(to: frame)
    let (x1, y1) = (part.x1 / unitX * unitX, part.y1 / unitY * unitY)
    let (x2, y2) = (ceiling(part.x2, unitX, frame.width), ceiling(part.y2, unitY, frame.height))
    let size = PixelSize(width: (x2 - x1) >> times, height: (y2 - y1) >> times)
    guard times > 0, x1 < x2, y1 < y2, size.width >= 2 << shiftX, size.height >= 2 << shiftY else { return nil }
    let cut = PixelRectangle(x1: x1, y1: y1, x2: x2, y2: y2)
    let k = 1 / Double(1 << times)
    let shift = (k - 1) / 2
    let transform = AffineTransform(a: k, b: 0, c: shift - Double(x1) * k, d: 0, e: k, f: shift - Double(y1) * k)
    return (cut, size, transform)
  }

  /// The next multiple of `unit`, or the last one inside the frame.
  private static func ceiling(_ value: Int, _ unit: Int, _ limit: Int) -> Int {
    min((value + unit - 1) / unit * unit, limit / unit * unit)
  }

  private func halved(
    _ frame: Frame, _ cut: PixelRectangle, _ size: PixelSize, _ times: Int, _ shift: (x: Int, y: Int)
  ) -> Frame {
    var format = frame.format
    format.bitDepth = format.bitDepth == 8 ? 16 : format.bitDepth
    // The players' rule goes by the height of the whole frame.
    var color = frame.color
    color.matrixCode = color.matrix(height: frame.size.height).code
    let isPacked = format.layout == .interleavedRGB
    format.hasAlpha = isPacked && format.hasAlpha
    let channels = isPacked ? (format.hasAlpha ? 4 : 3) : 1
    let isWhite = isPacked || frame.color.isFullRange
    let planeCount = isPacked || format.layout == .gray ? 1 : 3
    // Each plane's copies follow each other; together they take less than a third more than twice the first.
    reserve(planeCount * 2 * (((size.width << times) * channels + 128) * ((size.height << times) / 2 + 1)))
    var place = memory
    var planes: [Frame.Plane] = []
    for (index, plane) in frame.planes.prefix(planeCount).enumerated() {
      let (sx, sy) = index == 0 ? (0, 0) : (shift.x, shift.y)
      var from = Frame.Plane(
        base: plane.base + (cut.y1 >> sy) * plane.stride + (cut.x1 >> sx) * channels * frame.format.bytesPerSample,
        stride: plane.stride, width: (cut.x2 - cut.x1) >> sx, height: (cut.y2 - cut.y1) >> sy)
      for time in 0..<times {
        let to = Frame.Plane(
          base: place, stride: (from.width / 2 * channels * 2 + 63) / 64 * 64, width: from.width / 2,
          height: from.height / 2)
        if time == 0 && frame.format.bytesPerSample == 1 {
          halve(from, to, channels, isWhite: isWhite)
        } else {
          halve(from, to, channels)
        }
        place += to.stride * to.height
        from = to
      }
      planes.append(from)
    }
    return Frame(size: size, format: format, color: color, planes: planes) {}
  }

  private func reserve(_ bytes: Int) {
    guard bytes + 64 > count else { return }
    memory.deallocate()
    count = bytes + 64
    memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
  }

  /// From 8 to 16 bit. Where the largest code means white, 255 becomes 65535, else codes are multiplied by 256.
  private func halve(_ from: Frame.Plane, _ to: Frame.Plane, _ channels: Int, isWhite: Bool) {
    for y in 0..<to.height {
      let (upper, lower) = (from.row8(2 &* y), from.row8(2 &* y &+ 1))
      let row = to.row16(y)
      if channels == 1 {
        for x in halveMost(upper, lower, row, to.width, isWhite: isWhite)..<to.width {
          let at = 2 &* x
          let sum =
            UInt16(upper[at]) &+ UInt16(upper[at &+ 1]) &+ UInt16(lower[at]) &+ UInt16(lower[at &+ 1])
          row[x] = (sum &<< 6) &+ (isWhite ? sum &>> 2 : 0)
        }
        continue
      }
      for x in 0..<to.width {
        for channel in 0..<channels {
          let (left, right) = (2 &* x &* channels &+ channel, (2 &* x &+ 1) &* channels &+ channel)
          let sum = UInt16(upper[left]) &+ UInt16(upper[right]) &+ UInt16(lower[left]) &+ UInt16(lower[right])
          row[x &* channels &+ channel] = (sum &<< 6) &+ (isWhite ? sum &>> 2 : 0)
        }
      }
    }
  }

  /// Halves whole groups of sixteen of a row with one channel, two neighbours read as one word; returns how many.
  private func halveMost(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ row: UnsafeMutablePointer<UInt16>, _ count: Int,
    isWhite: Bool
  ) -> Int {
    let low = SIMD16<UInt16>(repeating: 0xFF)
    let white = SIMD16<UInt16>(repeating: isWhite ? .max : 0)
    var x = 0
    while x &+ 16 <= count {
      let above = UnsafeRawPointer(upper + 2 &* x).loadUnaligned(as: SIMD16<UInt16>.self)
      let below = UnsafeRawPointer(lower + 2 &* x).loadUnaligned(as: SIMD16<UInt16>.self)
      let pairs = (above & low) &+ (above &>> SIMD16(repeating: 8))
      let sum = pairs &+ (below & low) &+ (below &>> SIMD16(repeating: 8))
      let value = (sum &<< SIMD16(repeating: 6)) &+ (sum &>> SIMD16(repeating: 2) & white)
      UnsafeMutableRawPointer(row + x).storeBytes(of: value, as: SIMD16<UInt16>.self)
      x &+= 16
    }
    return x
  }

  /// The same for samples of 16 bit, in groups of eight.
  private func halveMost(
    _ upper: UnsafePointer<UInt16>, _ lower: UnsafePointer<UInt16>, _ row: UnsafeMutablePointer<UInt16>, _ count: Int
  ) -> Int {
    let low = SIMD8<UInt32>(repeating: 0xFFFF)
    var x = 0
    while x &+ 8 <= count {
      let above = UnsafeRawPointer(upper + 2 &* x).loadUnaligned(as: SIMD8<UInt32>.self)
      let below = UnsafeRawPointer(lower + 2 &* x).loadUnaligned(as: SIMD8<UInt32>.self)
      let pairs = (above & low) &+ (above &>> SIMD8(repeating: 16))
      let sum = pairs &+ (below & low) &+ (below &>> SIMD8(repeating: 16))
      let mean = (sum &+ SIMD8(repeating: 2)) &>> SIMD8(repeating: 2)
      let value = unsafeBitCast(mean, to: SIMD16<UInt16>.self).evenHalf
      UnsafeMutableRawPointer(row + x).storeBytes(of: value, as: SIMD8<UInt16>.self)
      x &+= 8
    }
    return x
  }

  private func halve(_ from: Frame.Plane, _ to: Frame.Plane, _ channels: Int) {
    for y in 0..<to.height {
      let (upper, lower) = (from.row16(2 &* y), from.row16(2 &* y &+ 1))
      let row = to.row16(y)
      for x in (channels == 1 ? halveMost(upper, lower, row, to.width) : 0)..<to.width {
        for channel in 0..<channels {
          let (left, right) = (2 &* x &* channels &+ channel, (2 &* x &+ 1) &* channels &+ channel)
          let sum = UInt32(upper[left]) &+ UInt32(upper[right]) &+ UInt32(lower[left]) &+ UInt32(lower[right])
          row[x &* channels &+ channel] = UInt16(truncatingIfNeeded: (sum &+ 2) &>> 2)
        }
      }
    }
  }
}

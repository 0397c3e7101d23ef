/// A change to a part of a frame, made in a window that may be turned and of another scale.
public struct FramePatch {
  /// What is added: R, G, B, 0 of display values 0…1, row-major. The outermost pixels must be zero.
  public let change: UnsafePointer<SIMD4<Float>>
  /// Of the patch, in its own pixels; at least 2×2.
  public let size: PixelSize
  /// Frame → patch pixels.
  public let transform: AffineTransform

  public init(change: UnsafePointer<SIMD4<Float>>, size: PixelSize, transform: AffineTransform) {
    self.change = change
    self.size = size
    self.transform = transform
  }
}

extension Frame {
  /// Adds a patch, sampled bilinearly at `patch.transform` of each frame pixel; nothing outside it.
  ///
  /// Colour conversion and rounding as in ``addDifference(new:old:mask:_:)``; pixels where the change is 0 keep their
  /// bits. Only the patch's box is touched.
  public func add(_ patch: FramePatch) {
    guard patch.transform.determinant != 0, patch.size.width > 1, patch.size.height > 1, size.area > 0 else { return }
    add(PatchChange(patch))
  }
}

/// Something that is added to frame pixels, eight at a time.
protocol FrameChange {
  associatedtype Row
  func row(_ y: Int) -> Row
  /// R, G, B at the eight columns from `x` on; nil where there is nothing to add to any of them.
  func lanes(_ row: Row, _ x: Int, scratch: UnsafeMutablePointer<SIMD4<Float>>) -> RGBLanes?
  /// The columns of frame row `y`, within 0..<width, that may change; a little generous.
  func columns(_ y: Int, width: Int) -> Range<Int>
  /// The rows of the frame, within 0..<height, that may change.
  func rows(height: Int) -> Range<Int>
}

extension WindowDifference: FrameChange {}

/// Reads a patch at frame pixels. Its rim is zero, so places outside are moved onto the rim.
struct PatchChange: FrameChange {
  private let patch: FramePatch
  private let m: AffineTransform
  private let lastX: Float
  private let lastY: Float

  init(_ patch: FramePatch) {
    self.patch = patch
    m = patch.transform
    // A bilinear fetch reads a right and a lower neighbour, so the last pixel is left by a hair.
    lastX = Float(patch.size.width) - 1.001
    lastY = Float(patch.size.height) - 1.001
  }

  struct Row {
    let x: Float
    let y: Float
  }

  func row(_ y: Int) -> Row { Row(x: Float(m.b * Double(y) + m.c), y: Float(m.e * Double(y) + m.f)) }

  @inline(__always)
  func lanes(_ row: Row, _ x: Int, scratch: UnsafeMutablePointer<SIMD4<Float>>) -> RGBLanes? {
    let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: x)))
    let u = lanesClamp(
      Float8(repeating: row.x).addingProduct(columns, Float8(repeating: Float(m.a))), .zero, Float8(repeating: lastX))
    let v = lanesClamp(
      Float8(repeating: row.y).addingProduct(columns, Float8(repeating: Float(m.d))), .zero, Float8(repeating: lastY))
    let (left, top) = (u.rounded(.down), v.rounded(.down))
    let width = patch.size.width
    let at = lanesRound(top) &* Int8x32(repeating: Int32(truncatingIfNeeded: width)) &+ lanesRound(left)
    let (fx, fy) = (u - left, v - top)
    var any = SIMD4<UInt32>.zero
    // Written out lane by lane: a lane picked by a variable makes the compiler put the vectors into memory each time.
    @inline(__always) func put(_ lane: Int) {
      let place = UnsafeRawPointer(patch.change + Int(at[lane]))
      let upper = place.loadUnaligned(as: Float8.self)
      let lower = (place + width &* 16).loadUnaligned(as: Float8.self)
      let pair = upper + (lower - upper) * fy[lane]
      let value = pair.lowHalf + (pair.highHalf - pair.lowHalf) * fx[lane]
      scratch[lane] = value
      any |= unsafeBitCast(value, to: SIMD4<UInt32>.self)
    }
    put(0)
    put(1)
    put(2)
    put(3)
    put(4)
    put(5)
    put(6)
    put(7)
    guard any != .zero else { return nil }
    return RGBLanes(pixels: scratch)
  }

  func columns(_ y: Int, width: Int) -> Range<Int> {
    var low = 0.0
    var high = Double(width)
    limit(m.a, m.b * Double(y) + m.c, Double(patch.size.width), &low, &high)
    limit(m.d, m.e * Double(y) + m.f, Double(patch.size.height), &low, &high)
    return low < high ? Int(low)..<Int(high) : 0..<0
  }

  /// Narrows low..<high to where slope · x + start lies in 0…extent − 1.
  private func limit(_ slope: Double, _ start: Double, _ extent: Double, _ low: inout Double, _ high: inout Double) {
    if abs(slope) < 1e-12 {
      if start < 0 || start > extent - 1 { high = low }
      return
    }
    let ends = (-start / slope, (extent - 1 - start) / slope)
    low = max(low, min(ends.0, ends.1).rounded(.down))
    high = min(high, max(ends.0, ends.1).rounded(.up) + 1)
  }

  func rows(height: Int) -> Range<Int> {
    let inverse = m.inverted
    let (right, bottom) = (Double(patch.size.width - 1), Double(patch.size.height - 1))
    let low = inverse.f + min(0, inverse.d * right) + min(0, inverse.e * bottom)
    let high = inverse.f + max(0, inverse.d * right) + max(0, inverse.e * bottom)
    guard low.isFinite, high.isFinite else { return 0..<0 }
    let start = max(0, low.rounded(.down))
    let end = min(Double(height), high.rounded(.up) + 1)
    return start < end ? Int(start)..<Int(end) : 0..<0
  }
}

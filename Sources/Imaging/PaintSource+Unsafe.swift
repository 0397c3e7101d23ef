/// Part of one plane as it was before painting, with room behind each row and the last one, so that the right and lower
/// neighbour of every place can be read.
struct PaintSource {
  let base: UnsafeRawPointer
  /// Bytes from one row to the next.
  let stride: Int
  let pixelBytes: Int
  let lastX: Float
  let lastY: Float

  static func byteCount(_ part: PixelRectangle, _ pixelBytes: Int) -> Int {
    stride(part, pixelBytes) * (part.y2 - part.y1 + 1) + 64
  }

  /// Groups of eight are read from the last columns on.
  private static func stride(_ part: PixelRectangle, _ pixelBytes: Int) -> Int {
    ((part.x2 - part.x1 + 8) * pixelBytes + 63) / 64 * 64
  }

  init(_ plane: Frame.Plane, _ part: PixelRectangle, _ pixelBytes: Int, copyingTo memory: UnsafeMutableRawPointer) {
    base = UnsafeRawPointer(memory)
    stride = PaintSource.stride(part, pixelBytes)
    self.pixelBytes = pixelBytes
    lastX = Float(part.x2 - part.x1 - 1)
    lastY = Float(part.y2 - part.y1 - 1)
    for y in part.y1..<part.y2 {
      (memory + (y - part.y1) * stride).copyMemory(
        from: plane.base + y * plane.stride + part.x1 * pixelBytes, byteCount: (part.x2 - part.x1) * pixelBytes)
    }
  }

  /// Eight samples of a row as they were.
  @inline(__always)
  func lanes<Sample: PairSample>(_ x: Int, _ y: Int, _: Sample.Type) -> Float8 {
    Sample.lanes(
      (base + y &* stride).assumingMemoryBound(to: Sample.self) + x, step: 1)
  }

  /// The same for one of several channels.
  @inline(__always)
  func lanes<Sample: PairSample>(_ x: Int, _ y: Int, channel: Int, of channels: Int, _: Sample.Type) -> Float8 {
    Sample.lanes(
      (base + y &* stride).assumingMemoryBound(to: Sample.self) + (x &* channels &+ channel), step: channels)
  }

  /// Where eight bilinear samples lie; places outside are moved to the edge.
  // Transparent: the optimiser otherwise calls it, and every vector goes through memory.
  @_transparent
  func taps(_ x: Float8, _ y: Float8) -> TapLanes {
    // In this order what is not a number becomes 0 and never a place outside.
    let cx = lanesMin(lanesMax(.zero, x), Float8(repeating: lastX))
    let cy = lanesMin(lanesMax(.zero, y), Float8(repeating: lastY))
    let (left, top) = (cx.rounded(.down), cy.rounded(.down))
    let offset =
      lanesRound(top) &* Int8x32(repeating: Int32(truncatingIfNeeded: stride))
      &+ lanesRound(left) &* Int8x32(repeating: Int32(truncatingIfNeeded: pixelBytes))
    return TapLanes(
      upper: offset, lower: offset &+ Int8x32(repeating: Int32(truncatingIfNeeded: stride)), fractionX: cx - left,
      fractionY: cy - top)
  }

  /// Bilinear values of one channel of several.
  @inline(__always)
  func fetch<Sample: PairSample>(_ taps: TapLanes, channel: Int, _: Sample.Type) -> Float8 {
    let left = base + channel &* MemoryLayout<Sample>.size
    let right = left + pixelBytes
    return lanesMix(
      lanesMix(Sample.singles(left, taps.upper), Sample.singles(right, taps.upper), taps.fractionX),
      lanesMix(Sample.singles(left, taps.lower), Sample.singles(right, taps.lower), taps.fractionX), taps.fractionY)
  }
}

/// What is read of a row for eight pixels.
struct PaintLanes {
  let face: Float8
  let mask: Float8
  /// Whether nothing is painted, and whether nothing of what was there shows.
  let isEmpty: Bool
  let isFull: Bool

  @_transparent
  init(_ row: PaintedRow, _ x: Int) {
    face = UnsafeRawPointer(row.face + x).loadUnaligned(as: Float8.self)
    mask = UnsafeRawPointer(row.mask + x).loadUnaligned(as: Float8.self)
    isEmpty = lanesAreZero(face)
    isFull = lanesReach(mask, FramePainter.full)
  }

  /// The new colours, cut to what may be shown.
  @_transparent
  static func colors(_ row: PaintedRow, _ x: Int) -> RGBLanes {
    let lanes = RGBLanes(pixels: row.colors + x)
    let (low, high) = (Float8(repeating: row.darkest), Float8(repeating: 1))
    return RGBLanes(
      red: lanesClamp(lanes.red, low, high), green: lanesClamp(lanes.green, low, high),
      blue: lanesClamp(lanes.blue, low, high))
  }

  @_transparent
  static func places(_ row: PaintedRow, _ x: Int) -> (Float8, Float8) {
    (
      UnsafeRawPointer(row.fromX + x).loadUnaligned(as: Float8.self),
      UnsafeRawPointer(row.fromY + x).loadUnaligned(as: Float8.self)
    )
  }
}

/// Finds the four neighbours of eight places in a dense buffer; also in one that is a pixel wide or high.
struct BufferGrid {
  let lastX: Float
  let lastY: Float
  /// The last places that have a right and a lower neighbour.
  private let limitX: Float
  private let limitY: Float
  let rowBytes: Int32
  let pixelBytes: Int32
  let right: Int32
  let below: Int32
  /// The last byte from which two pixels of R, G, B, 8-bit or float, can be read with one sample more; −1 for other
  /// buffers.
  private let lastColor: Int32

  init<Sample>(_ buffer: PixelBuffer<Sample>) {
    lastX = Float(buffer.width - 1)
    lastY = Float(buffer.height - 1)
    limitX = max(lastX - 1, 0)
    limitY = max(lastY - 1, 0)
    pixelBytes = Int32(buffer.channels * MemoryLayout<Sample>.size)
    rowBytes = pixelBytes * Int32(buffer.width)
    right = buffer.width > 1 ? pixelBytes : 0
    below = buffer.height > 1 ? rowBytes : 0
    let isColor = buffer.channels == 3 && (Sample.self == UInt8.self || Sample.self == Float.self)
    let reach = Int32(buffer.samples.count - 7) * Int32(MemoryLayout<Sample>.size)
    lastColor = isColor && right != 0 && below != 0 ? reach - (Sample.self == UInt8.self ? 1 : 0) : -1
  }

  /// Whether ``colors(_:_:scratch:)`` stays inside the buffer.
  @inline(__always)
  func areColors(_ taps: TapLanes) -> Bool {
    // The library compares vectors of integers lane by lane; signs are put together in a few instructions.
    let room = Int8x32(repeating: lastColor) &- taps.lower
    let four = room.lowHalf | room.highHalf
    let two = four.lowHalf | four.highHalf
    return (two[0] | two[1]) >= 0
  }

  /// R, G, B at eight places of an R, G, B buffer, bilinear: whole pixels in one load. `scratch` has room for eight
  /// vectors.
  @inline(__always)
  func colors<Sample: GatherSample>(
    _ source: UnsafeRawPointer, _ taps: TapLanes, scratch: UnsafeMutablePointer<SIMD4<Float>>, _: Sample.Type
  ) -> RGBLanes {
    @inline(__always) func put(_ lane: Int) {
      let place = source + Int(taps.upper[lane])
      // Along the row first, as in the peer.
      let (x, y) = (SIMD4(repeating: taps.fractionX[lane]), SIMD4(repeating: taps.fractionY[lane]))
      let upper = mixed(place, x, Sample.self)
      scratch[lane] = upper.addingProduct(mixed(place + Int(below), x, Sample.self) - upper, y)
    }
    put(0)
    put(1)
    put(2)
    put(3)
    put(4)
    put(5)
    put(6)
    put(7)
    return RGBLanes(pixels: scratch)
  }

  /// Between two pixels of three samples that lie side by side.
  @inline(__always)
  private func mixed<Sample: GatherSample>(
    _ place: UnsafeRawPointer, _ t: SIMD4<Float>, _: Sample.Type
  ) -> SIMD4<Float> {
    if Sample.self == UInt8.self {
      let pair = UInt8.lanes(place.assumingMemoryBound(to: UInt8.self), step: 1)
      let left = pair.lowHalf
      return left.addingProduct(SIMD4(pair[3], pair[4], pair[5], pair[6]) - left, t)
    }
    let left = place.loadUnaligned(as: SIMD4<Float>.self)
    return left.addingProduct((place + 12).loadUnaligned(as: SIMD4<Float>.self) - left, t)
  }

  // Transparent: the optimiser otherwise calls it, and every vector goes through memory.
  @_transparent
  func taps(_ x: Float8, _ y: Float8) -> TapLanes {
    let cx = lanesClamp(x, .zero, Float8(repeating: lastX))
    let cy = lanesClamp(y, .zero, Float8(repeating: lastY))
    let left = lanesMin(cx.rounded(.down), Float8(repeating: limitX))
    let top = lanesMin(cy.rounded(.down), Float8(repeating: limitY))
    let offset = lanesRound(top) &* Int8x32(repeating: rowBytes) &+ lanesRound(left) &* Int8x32(repeating: pixelBytes)
    return TapLanes(
      upper: offset, lower: offset &+ Int8x32(repeating: below), fractionX: cx - left, fractionY: cy - top)
  }

  /// Part of each sample whose neighbours exist.
  @_transparent
  func coverage(_ x: Float8, _ y: Float8) -> Float8 {
    let one = Float8(repeating: 1)
    let across = lanesClamp(lanesMin(x + one, lastX + 1 - x), .zero, one)
    return across * lanesClamp(lanesMin(y + one, lastY + 1 - y), .zero, one)
  }

  /// One channel at eight places, bilinear.
  @inline(__always)
  func value<Sample: GatherSample>(
    _ source: UnsafeRawPointer, _ channel: Int, _ taps: TapLanes, _: Sample.Type
  ) -> Float8 {
    let left = source + (channel &* MemoryLayout<Sample>.size)
    let besides = left + Int(right)
    let upper = lanesMix(Sample.singles(left, taps.upper), Sample.singles(besides, taps.upper), taps.fractionX)
    let lower = lanesMix(Sample.singles(left, taps.lower), Sample.singles(besides, taps.lower), taps.fractionX)
    return lanesMix(upper, lower, taps.fractionY)
  }

  /// What a mask of one channel shows at eight places: 0 outside, kept within 0…1.
  @_transparent
  func shares(_ mask: UnsafeRawPointer, _ x: Float8, _ y: Float8) -> Float8 {
    let cover = coverage(x, y)
    if lanesAreZero(cover) { return .zero }
    return lanesClamp(single(mask, taps(x, y)) * cover, .zero, Float8(repeating: 1))
  }

  /// The only channel of a buffer of floats at eight places, bilinear: two neighbours in one load.
  @_transparent
  func single(_ source: UnsafeRawPointer, _ taps: TapLanes) -> Float8 {
    if right == 0 { return value(source, 0, taps, Float.self) }
    let (a, b) = Float.pairs(source, taps.upper)
    let (c, d) = Float.pairs(source, taps.lower)
    return lanesMix(lanesMix(a, b, taps.fractionX), lanesMix(c, d, taps.fractionX), taps.fractionY)
  }
}

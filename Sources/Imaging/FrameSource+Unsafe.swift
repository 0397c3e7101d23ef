/// Eight pixels as planes of red, green and blue, 0…1 display values.
struct RGBLanes {
  var red: Float8
  var green: Float8
  var blue: Float8

  // Transparent: the optimiser otherwise calls it, and every vector goes through memory.
  @_transparent
  func clamped() -> RGBLanes {
    let (zero, one) = (Float8.zero, Float8(repeating: 1))
    return RGBLanes(
      red: lanesClamp(red, zero, one), green: lanesClamp(green, zero, one), blue: lanesClamp(blue, zero, one))
  }
}

extension RGBLanes {
  /// Eight pixels of red, green, blue and one more, taken apart.
  ///
  /// Four at a time: the halves of longer vectors are calls into the library.
  @_transparent
  init(pixels: UnsafePointer<SIMD4<Float>>) {
    let left = UnsafeRawPointer(pixels).loadUnaligned(as: SIMD16<Float>.self)
    let right = UnsafeRawPointer(pixels + 4).loadUnaligned(as: SIMD16<Float>.self)
    let (leftEven, rightEven) = (left.evenHalf, right.evenHalf)
    self.init(
      red: Float8(lowHalf: leftEven.evenHalf, highHalf: rightEven.evenHalf),
      green: Float8(lowHalf: left.oddHalf.evenHalf, highHalf: right.oddHalf.evenHalf),
      blue: Float8(lowHalf: leftEven.oddHalf, highHalf: rightEven.oddHalf))
  }
}

/// Where eight bilinear samples of one plane lie.
struct TapLanes {
  let upper: Int8x32
  let lower: Int8x32
  let fractionX: Float8
  let fractionY: Float8
}

/// The extent of one plane and how to step in it.
struct PlaneGrid {
  let lastX: Float8
  let lastY: Float8
  let stride: Int8x32
  let step: Int32

  /// `step` bytes from one pixel to the next.
  init(_ plane: Frame.Plane, step: Int) {
    lastX = Float8(repeating: Float(plane.width - 1))
    lastY = Float8(repeating: Float(plane.height - 1))
    stride = Int8x32(repeating: Int32(plane.stride))
    self.step = Int32(step)
  }

  /// Clamps the places to the plane (replicated border); the right and lower taps stay inside planes of 2×2 and more.
  @_transparent
  func taps(_ x: Float8, _ y: Float8) -> TapLanes {
    let one = Float8(repeating: 1)
    let cx = lanesClamp(x, .zero, lastX)
    let cy = lanesClamp(y, .zero, lastY)
    let left = lanesMin(cx.rounded(.down), lastX - one)
    let top = lanesMin(cy.rounded(.down), lastY - one)
    let offset = lanesRound(top) &* stride &+ lanesRound(left) &* Int8x32(repeating: step)
    return TapLanes(upper: offset, lower: offset &+ stride, fractionX: cx - left, fractionY: cy - top)
  }
}

/// A picture that can be read at eight places at once; positions are in its pixels, outside counts as the edge.
protocol LaneSource {
  func lanes(_ x: Float8, _ y: Float8) -> RGBLanes
}

/// Planar Y'CbCr. Chroma is interpolated at its own resolution; it is sited left (MPEG-2, H.264 default) across and in
/// the middle down: sample j of a halved axis lies at 2j across, at 2j + ½ down.
struct PlanarSource<Sample: PairSample>: LaneSource {
  private let luma: UnsafeRawPointer
  private let cb: UnsafeRawPointer
  private let cr: UnsafeRawPointer
  private let lumaGrid: PlaneGrid
  private let chromaGrid: PlaneGrid
  private let chromaX: Float
  private let chromaY: Float
  private let chromaShiftY: Float
  private let coefficients: YUVCoefficients
  private let factors: (redCr: Float, greenCb: Float, greenCr: Float, blueCb: Float)

  init(_ planes: [Frame.Plane], shiftX: Int, shiftY: Int, coefficients: YUVCoefficients) {
    luma = UnsafeRawPointer(planes[0].base)
    cb = UnsafeRawPointer(planes[1].base)
    cr = UnsafeRawPointer(planes[2].base)
    lumaGrid = PlaneGrid(planes[0], step: MemoryLayout<Sample>.size)
    chromaGrid = PlaneGrid(planes[1], step: MemoryLayout<Sample>.size)
    chromaX = 1 / Float(1 << shiftX)
    chromaY = 1 / Float(1 << shiftY)
    chromaShiftY = (chromaY - 1) / 2
    self.coefficients = coefficients
    factors = coefficients.chromaToRGB
  }

  @inline(__always)
  private func fetch(_ base: UnsafeRawPointer, _ taps: TapLanes) -> Float8 {
    let (upperLeft, upperRight) = Sample.pairs(base, taps.upper)
    let (lowerLeft, lowerRight) = Sample.pairs(base, taps.lower)
    return lanesMix(
      lanesMix(upperLeft, upperRight, taps.fractionX), lanesMix(lowerLeft, lowerRight, taps.fractionX),
      taps.fractionY)
  }

  @inline(__always)
  func lanes(_ x: Float8, _ y: Float8) -> RGBLanes {
    let y8 = (fetch(luma, lumaGrid.taps(x, y)) - coefficients.lumaOffset) * (1 / coefficients.lumaScale)
    let taps = chromaGrid.taps(x * chromaX, y * chromaY + chromaShiftY)
    let u = fetch(cb, taps) - coefficients.chromaOffset
    let v = fetch(cr, taps) - coefficients.chromaOffset
    return RGBLanes(
      red: y8.addingProduct(v, Float8(repeating: factors.redCr)),
      green: y8.addingProduct(u, Float8(repeating: factors.greenCb))
        .addingProduct(v, Float8(repeating: factors.greenCr)),
      blue: y8.addingProduct(u, Float8(repeating: factors.blueCb))
    ).clamped()
  }
}

/// Interleaved R, G, B (A).
struct InterleavedSource<Sample: PairSample>: LaneSource {
  private let base: UnsafeRawPointer
  private let grid: PlaneGrid
  private let unit: Float

  init(_ plane: Frame.Plane, channels: Int, maximum: Int) {
    base = UnsafeRawPointer(plane.base)
    grid = PlaneGrid(plane, step: MemoryLayout<Sample>.size * channels)
    unit = 1 / Float(maximum)
  }

  @inline(__always)
  private func fetch(_ channel: Int, _ taps: TapLanes) -> Float8 {
    let left = base + channel * MemoryLayout<Sample>.size
    let right = left + Int(grid.step)
    let upper = lanesMix(
      Sample.singles(left, taps.upper), Sample.singles(right, taps.upper), taps.fractionX)
    let lower = lanesMix(
      Sample.singles(left, taps.lower), Sample.singles(right, taps.lower), taps.fractionX)
    return lanesMix(upper, lower, taps.fractionY) * unit
  }

  @inline(__always)
  func lanes(_ x: Float8, _ y: Float8) -> RGBLanes {
    let taps = grid.taps(x, y)
    return RGBLanes(red: fetch(0, taps), green: fetch(1, taps), blue: fetch(2, taps)).clamped()
  }
}

/// One plane of luma.
struct GraySource<Sample: PairSample>: LaneSource {
  private let base: UnsafeRawPointer
  private let grid: PlaneGrid
  private let coefficients: YUVCoefficients

  init(_ plane: Frame.Plane, coefficients: YUVCoefficients) {
    base = UnsafeRawPointer(plane.base)
    grid = PlaneGrid(plane, step: MemoryLayout<Sample>.size)
    self.coefficients = coefficients
  }

  @inline(__always)
  func lanes(_ x: Float8, _ y: Float8) -> RGBLanes {
    let taps = grid.taps(x, y)
    let (upperLeft, upperRight) = Sample.pairs(base, taps.upper)
    let (lowerLeft, lowerRight) = Sample.pairs(base, taps.lower)
    let value = lanesMix(
      lanesMix(upperLeft, upperRight, taps.fractionX), lanesMix(lowerLeft, lowerRight, taps.fractionX),
      taps.fractionY)
    let luma = (value - coefficients.lumaOffset) * (1 / coefficients.lumaScale)
    return RGBLanes(red: luma, green: luma, blue: luma).clamped()
  }
}

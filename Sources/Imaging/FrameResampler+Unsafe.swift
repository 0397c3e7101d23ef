/// Takes the sampled pixels, eight at a time.
protocol LaneSink {
  /// The first `count` lanes are the pixels from index `pixel` (row · width + column) on.
  func store(_ lanes: RGBLanes, pixel: Int, count: Int)
  /// The columns wanted of a row that is `width` pixels wide; up to seven more on either side may be made.
  func columns(row: Int, width: Int) -> Range<Int>
}

extension LaneSink {
  @inline(__always)
  func columns(row: Int, width: Int) -> Range<Int> { 0..<width }
}

/// R, G, B, 0 as one vector a pixel.
struct WindowSink: LaneSink {
  let base: UnsafeMutablePointer<SIMD4<Float>>

  @inline(__always)
  func store(_ lanes: RGBLanes, pixel: Int, count: Int) {
    let pixels = lanesToPixels(lanes.red, lanes.green, lanes.blue)
    if count == 8 {
      UnsafeMutableRawPointer(base + pixel).storeBytes(of: pixels, as: SIMD32<Float>.self)
    } else {
      for lane in 0..<count {
        base[pixel &+ lane] = SIMD4(lanes.red[lane], lanes.green[lane], lanes.blue[lane], 0)
      }
    }
  }
}

/// Planes or triples of value · scale + bias.
struct TensorSink: LaneSink {
  let red: UnsafeMutablePointer<Float>
  let green: UnsafeMutablePointer<Float>
  let blue: UnsafeMutablePointer<Float>
  /// Floats from one pixel to the next: 1 in planes, 3 in triples.
  let step: Int
  let scale: SIMD3<Float>
  let bias: SIMD3<Float>

  /// `scale` and `bias` belong to the channels in their order in the tensor.
  init(
    base: UnsafeMutablePointer<Float>, area: Int, order: ChannelOrder, layout: TensorLayout, scale: SIMD3<Float>,
    bias: SIMD3<Float>
  ) {
    let distance = layout == .planar ? area : 1
    step = layout == .planar ? 1 : 3
    let isBGR = order == .bgr
    red = base + (isBGR ? 2 * distance : 0)
    green = base + distance
    blue = base + (isBGR ? 0 : 2 * distance)
    self.scale = isBGR ? SIMD3(scale.z, scale.y, scale.x) : scale
    self.bias = isBGR ? SIMD3(bias.z, bias.y, bias.x) : bias
  }

  @inline(__always)
  func store(_ lanes: RGBLanes, pixel: Int, count: Int) {
    put(lanes.red, red, scale.x, bias.x, pixel, count)
    put(lanes.green, green, scale.y, bias.y, pixel, count)
    put(lanes.blue, blue, scale.z, bias.z, pixel, count)
  }

  @inline(__always)
  private func put(
    _ value: Float8, _ plane: UnsafeMutablePointer<Float>, _ scale: Float, _ bias: Float, _ pixel: Int, _ count: Int
  ) {
    let result = Float8(repeating: bias).addingProduct(value, Float8(repeating: scale))
    if step == 1 && count == 8 {
      UnsafeMutableRawPointer(plane + pixel).storeBytes(of: result, as: Float8.self)
    } else {
      for lane in 0..<count { plane[(pixel &+ lane) &* step] = result[lane] }
    }
  }
}

/// 8-bit R, G, B (A = 255), rounded to nearest.
struct ByteSink: LaneSink {
  let base: UnsafeMutablePointer<UInt8>
  let channels: Int

  @inline(__always)
  func store(_ lanes: RGBLanes, pixel: Int, count: Int) {
    let planes = (lanesRound(lanes.red * 255), lanesRound(lanes.green * 255), lanesRound(lanes.blue * 255))
    let place = base + (pixel &* channels)
    if count == 8 {
      UInt8.store(planes.0, place, step: channels)
      UInt8.store(planes.1, place + 1, step: channels)
      UInt8.store(planes.2, place + 2, step: channels)
    } else {
      for lane in 0..<count {
        place[lane &* channels] = UInt8(truncatingIfNeeded: planes.0[lane])
        place[lane &* channels &+ 1] = UInt8(truncatingIfNeeded: planes.1[lane])
        place[lane &* channels &+ 2] = UInt8(truncatingIfNeeded: planes.2[lane])
      }
    }
  }
}

/// A source that fades to black outside the frame: each missing neighbour counts as 0.
struct CoveredSource<Base: LaneSource>: LaneSource {
  let base: Base
  let width: Float
  let height: Float

  init(_ base: Base, size: PixelSize) {
    self.base = base
    width = Float(size.width)
    height = Float(size.height)
  }

  @inline(__always)
  func lanes(_ x: Float8, _ y: Float8) -> RGBLanes {
    let one = Float8(repeating: 1)
    let across = lanesClamp(lanesMin(x + one, Float8(repeating: width) - x), .zero, one)
    let down = lanesClamp(lanesMin(y + one, Float8(repeating: height) - y), .zero, one)
    let share = across * down
    let lanes = base.lanes(x, y)
    return RGBLanes(red: lanes.red * share, green: lanes.green * share, blue: lanes.blue * share)
  }
}

/// Samples `source` at the inverse image of every pixel of `size`.
///
/// The last eight of a row are taken from its end, so some are made twice; rows under eight pixels are cut.
///
/// - Parameter covered: rows of the result that see nothing of a picture of this size are black without being sampled.
@inline(__always)
func resample(
  _ source: some LaneSource, _ inverse: AffineTransform, _ size: PixelSize, covered: PixelSize? = nil,
  into sink: some LaneSink
) {
  let stepX = Float8(repeating: Float(inverse.a))
  let stepY = Float8(repeating: Float(inverse.d))
  for row in 0..<size.height {
    let startX = Float8(repeating: Float(inverse.b * Double(row) + inverse.c))
    let startY = Float8(repeating: Float(inverse.e * Double(row) + inverse.f))
    let rowStart = row &* size.width
    if let covered, inverse.misses(covered, row: row, length: size.width) {
      var column = 0
      while column < size.width {
        sink.store(
          RGBLanes(red: .zero, green: .zero, blue: .zero), pixel: rowStart &+ column,
          count: min(8, size.width &- column))
        column &+= 8
      }
      continue
    }
    if size.width < 8 {
      let lanes = source.lanes(
        startX.addingProduct(laneIndices, stepX), startY.addingProduct(laneIndices, stepY))
      sink.store(lanes, pixel: rowStart, count: size.width)
      continue
    }
    let wanted = sink.columns(row: row, width: size.width)
    var column = wanted.lowerBound
    while column < wanted.upperBound {
      let first = min(column, size.width &- 8)
      let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: first)))
      let lanes = source.lanes(startX.addingProduct(columns, stepX), startY.addingProduct(columns, stepY))
      sink.store(lanes, pixel: rowStart &+ first, count: 8)
      column &+= 8
    }
  }
}

extension AffineTransform {
  /// Whether row `row` of a crop, of which this is the inverse, lies outside a picture by a pixel or more.
  fileprivate func misses(_ picture: PixelSize, row: Int, length: Int) -> Bool {
    let last = Double(length - 1)
    let (x, y) = (b * Double(row) + c, e * Double(row) + f)
    let (endX, endY) = (x + a * last, y + d * last)
    return max(x, endX) <= -1 || max(y, endY) <= -1 || min(x, endX) >= Double(picture.width)
      || min(y, endY) >= Double(picture.height)
  }
}

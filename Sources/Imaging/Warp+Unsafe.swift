/// A sample that a warp can write from eight floats.
protocol WarpSample: GatherSample {
  static func put(_ values: Float8, _ target: UnsafeMutablePointer<Self>, step: Int, count: Int)
  /// The values as this type holds them.
  static func settled(_ values: Float8) -> Float8
}

extension UInt8: WarpSample {
  @inline(__always)
  static func settled(_ values: Float8) -> Float8 { values.rounded(.toNearestOrEven) }

  @inline(__always)
  static func put(_ values: Float8, _ target: UnsafeMutablePointer<UInt8>, step: Int, count: Int) {
    let rounded = lanesRound(values)
    if count == 8 { return store(rounded, target, step: step) }
    for lane in 0..<count { target[lane &* step] = UInt8(truncatingIfNeeded: rounded[lane]) }
  }
}

extension Float: WarpSample {
  @inline(__always)
  static func settled(_ values: Float8) -> Float8 { values }

  @inline(__always)
  static func put(_ values: Float8, _ target: UnsafeMutablePointer<Float>, step: Int, count: Int) {
    if step == 1 && count == 8 {
      UnsafeMutableRawPointer(target).storeBytes(of: values, as: Float8.self)
    } else {
      for lane in 0..<count { target[lane &* step] = values[lane] }
    }
  }
}

extension AffineTransform {
  /// Where row `row` of the result begins, in single precision throughout: the last bits decide between two 8-bit
  /// values, and these are the peer's.
  @inline(__always)
  func rowStart(_ row: Int) -> (x: Float8, y: Float8) {
    let y = Float(row)
    return (Float8(repeating: y * Float(b) + Float(c)), Float8(repeating: y * Float(e) + Float(f)))
  }
}

func warped<Sample: WarpSample>(
  _ image: PixelBuffer<Sample>, _ m: AffineTransform, _ size: PixelSize, _ border: BorderMode, zero: Sample
) -> PixelBuffer<Sample> {
  var result = PixelBuffer(size: size, channels: image.channels, repeating: zero)
  guard image.size.area > 0, size.area > 0 else { return result }
  let inverse = m.inverted.isWithinReach ? m.inverted : .nowhere
  result.samples.withUnsafeMutableBufferPointer { target in
    image.samples.withUnsafeBytes { source in
      guard let target = target.baseAddress, let source = source.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 8) { scratch in
        guard let scratch = scratch.baseAddress else { return }
        for row in 0..<size.height {
          warpRow(BufferGrid(image), source, image.channels, inverse, row, size, border, target, scratch)
        }
      }
    }
  }
  return result
}

@inline(__always)
private func warpRow<Sample: WarpSample>(
  _ grid: BufferGrid, _ source: UnsafeRawPointer, _ channels: Int, _ inverse: AffineTransform, _ row: Int,
  _ size: PixelSize, _ border: BorderMode, _ target: UnsafeMutablePointer<Sample>,
  _ scratch: UnsafeMutablePointer<SIMD4<Float>>
) {
  let (startX, startY) = inverse.rowStart(row)
  let (stepX, stepY) = (Float8(repeating: Float(inverse.a)), Float8(repeating: Float(inverse.d)))
  let line = target + (row &* size.width &* channels)
  var column = 0
  while column < size.width {
    let first = max(min(column, size.width &- 8), 0)
    let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: first)))
    let x = startX.addingProduct(columns, stepX)
    let y = startY.addingProduct(columns, stepY)
    let taps = grid.taps(x, y)
    let share = border == .constant ? grid.coverage(x, y) : Float8(repeating: 1)
    let pixels = line + (first &* channels)
    column &+= 8
    if size.width >= 8, channels == 3, grid.areColors(taps) {
      let colors = grid.colors(source, taps, scratch: scratch, Sample.self)
      Sample.put(colors.red * share, pixels, step: 3, count: 8)
      Sample.put(colors.green * share, pixels + 1, step: 3, count: 8)
      Sample.put(colors.blue * share, pixels + 2, step: 3, count: 8)
      continue
    }
    for channel in 0..<channels {
      let value = grid.value(source, channel, taps, Sample.self) * share
      if size.width >= 8 {
        Sample.put(value, pixels + channel, step: channels, count: 8)
      } else {
        Sample.put(value, pixels + channel, step: channels, count: size.width)
      }
    }
  }
}

/// Positions in 1/1024 pixel, half a thirty-second added, cut to 1/32 (spec vision §2.1, legacy grid).
func warpedOnGrid(
  _ image: PixelBuffer<Double>, _ m: AffineTransform, _ size: PixelSize, _ border: BorderMode
) -> PixelBuffer<Double> {
  let channels = image.channels
  var result = PixelBuffer<Double>(size: size, channels: channels, repeating: 0)
  guard image.size.area > 0, size.area > 0 else { return result }
  let inverse = m.inverted.isWithinReach ? m.inverted : .nowhere
  let stepsX = (0..<size.width).map { gridPosition(inverse.a * Double($0)) }
  let stepsY = (0..<size.width).map { gridPosition(inverse.d * Double($0)) }
  let (width, height) = (image.width, image.height)
  result.samples.withUnsafeMutableBufferPointer { target in
    image.samples.withUnsafeBufferPointer { source in
      for row in 0..<size.height {
        let startX = gridPosition(inverse.b * Double(row) + inverse.c) &+ 16
        let startY = gridPosition(inverse.e * Double(row) + inverse.f) &+ 16
        for column in 0..<size.width {
          let x = (startX &+ stepsX[column]) &>> 5
          let y = (startY &+ stepsY[column]) &>> 5
          let (i, j) = (x &>> 5, y &>> 5)
          let (fx, fy) = (Double(x & 31) / 32, Double(y & 31) / 32)
          let at = (row &* size.width &+ column) &* channels
          for channel in 0..<channels {
            func tap(_ column: Int, _ row: Int) -> Double {
              var (column, row) = (column, row)
              if column < 0 || row < 0 || column >= width || row >= height {
                if border == .constant { return 0 }
                column = min(max(column, 0), width &- 1)
                row = min(max(row, 0), height &- 1)
              }
              return source[(row &* width &+ column) &* channels &+ channel]
            }
            let upper = tap(i, j) * (1 - fx) + tap(i &+ 1, j) * fx
            let lower = tap(i, j &+ 1) * (1 - fx) + tap(i &+ 1, j &+ 1) * fx
            target[at &+ channel] = upper * (1 - fy) + lower * fy
          }
        }
      }
    }
  }
  return result
}

/// A position in 1/1024 pixel, rounded half to even.
func gridPosition(_ value: Double) -> Int {
  Int(min(max(value * 1024, -1e15), 1e15).rounded(.toNearestOrEven))
}

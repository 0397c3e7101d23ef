import Imaging

/// What may be pasted along a row of a frame, read from the 112×112 values of a window.
struct SoftRow {
  /// Values from one row of the window's 112 to the next: a right and a lower neighbour exist everywhere.
  static let stride = 113

  /// Area → places on the 112×112 values.
  let transform: AffineTransform

  /// Where a group of eight pixels has one value.
  let reach: SoftReach

  private static let last = Float(NetSamples.side - 1)

  /// Bilinear values of row `y` for groups of eight from `columns.lowerBound` (a multiple of eight) on; below `least` 0.
  func expand(
    _ soft: UnsafePointer<Float>, y: Int, _ columns: Range<Int>, least: Float, into row: UnsafeMutablePointer<Float>
  ) {
    let (startX, stepX) = (Float(transform.b * Double(y) + transform.c), Float(transform.a))
    let (startY, stepY) = (Float(transform.e * Double(y) + transform.f), Float(transform.d))
    let last = Float8(repeating: SoftRow.last)
    var x = columns.lowerBound
    while x < columns.upperBound {
      let first = float(x)
      if let value = reach.value(
        lineX: startX.addingProduct(stepX, first), lineY: startY.addingProduct(stepY, first), stepX, stepY)
      {
        UnsafeMutableRawPointer(row + x).storeBytes(of: Float8(repeating: value), as: Float8.self)
        x &+= 8
        continue
      }
      let lanes = Float8(0, 1, 2, 3, 4, 5, 6, 7) + Float8(repeating: first)
      let placeX = Float8(repeating: startX) + lanes * Float8(repeating: stepX)
      let placeY = Float8(repeating: startY) + lanes * Float8(repeating: stepY)
      let (column, partX) = lanesSplit(lanesMin(lanesMax(placeX, .zero), last))
      let (line, partY) = lanesSplit(lanesMin(lanesMax(placeY, .zero), last))
      let at = line &* SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: SoftRow.stride)) &+ column
      let upper = pairs(soft, at)
      let lower = pairs(soft + SoftRow.stride, at)
      let pair = upper + (lower - upper) * doubled(partY)
      let value = pair.evenHalf + (pair.oddHalf - pair.evenHalf) * partX
      let kept = value.replacing(with: 0, where: value .< Float8(repeating: least))
      UnsafeMutableRawPointer(row + x).storeBytes(of: kept, as: Float8.self)
      x &+= 8
    }
  }

  /// Each of eight values and its right neighbour.
  @inline(__always)
  private func pairs(_ values: UnsafePointer<Float>, _ at: SIMD8<Int32>) -> SIMD16<Float> {
    @inline(__always) func read(_ lane: Int) -> UInt64 {
      UnsafeRawPointer(values + Int(at[lane])).loadUnaligned(as: UInt64.self)
    }
    return unsafeBitCast(
      SIMD8<UInt64>(read(0), read(1), read(2), read(3), read(4), read(5), read(6), read(7)), to: SIMD16<Float>.self)
  }

  /// Each value twice.
  @inline(__always)
  private func doubled(_ v: Float8) -> SIMD16<Float> {
    var result = SIMD16<Float>()
    result.evenHalf = v
    result.oddHalf = v
    return result
  }
}

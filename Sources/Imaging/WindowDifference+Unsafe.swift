/// mask · (new − old) of a window, read at frame pixels.
struct WindowDifference {
  let new: UnsafePointer<SIMD4<Float>>
  let old: UnsafePointer<SIMD4<Float>>
  let mask: UnsafePointer<Float>
  let side: Int
  let m: AffineTransform

  /// Where a row of the frame starts in the window.
  struct Row {
    let x: Float
    let y: Float
    let stepX: Float
    let stepY: Float
  }

  @inline(__always)
  func row(_ y: Int) -> Row {
    Row(
      x: Float(m.b * Double(y) + m.c), y: Float(m.e * Double(y) + m.f), stepX: Float(m.a), stepY: Float(m.d))
  }

  /// The differences at the eight columns from `x` on; nil where the mask is 0 at all of them.
  ///
  /// `scratch` holds eight vectors and belongs to the caller for the whole paste.
  @inline(__always)
  func lanes(_ row: Row, _ x: Int, scratch: UnsafeMutablePointer<SIMD4<Float>>) -> RGBLanes? {
    let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: x)))
    let u = Float8(repeating: row.x).addingProduct(columns, Float8(repeating: row.stepX))
    let v = Float8(repeating: row.y).addingProduct(columns, Float8(repeating: row.stepY))
    let last = Float8(repeating: Float(side &- 1))
    let (low, high) = (lanesMin(u, v), lanesMax(u, v))
    let outside = Float8.zero.replacing(with: 1, where: low .< 0).replacing(with: 1, where: high .>= last)
    guard lanesAreZero(outside) else {
      return edgeLanes(u, v, scratch: scratch)
    }
    let (left, top) = (u.rounded(.down), v.rounded(.down))
    let at = lanesRound(top) &* Int8x32(repeating: Int32(truncatingIfNeeded: side)) &+ lanesRound(left)
    let (fx, fy) = (u - left, v - top)
    let share = lanesMix(
      lanesMix(gather(mask, at), gather(mask + 1, at), fx),
      lanesMix(gather(mask + side, at), gather(mask + side + 1, at), fx), fy)
    guard !lanesAreZero(share) else { return nil }
    // Written out lane by lane: a lane picked by a variable makes the compiler put the vectors into memory each time.
    @inline(__always) func put(_ lane: Int) {
      scratch[lane] = difference(at: Int(at[lane]), fx[lane], fy[lane])
    }
    put(0)
    put(1)
    put(2)
    put(3)
    put(4)
    put(5)
    put(6)
    put(7)
    return planes(scratch, times: share)
  }

  /// new − old between four pixels of the window, two of them in one register.
  @inline(__always)
  private func difference(at start: Int, _ fx: Float, _ fy: Float) -> SIMD4<Float> {
    @inline(__always) func pair(_ at: Int) -> Float8 {
      UnsafeRawPointer(new + at).loadUnaligned(as: Float8.self)
        - UnsafeRawPointer(old + at).loadUnaligned(as: Float8.self)
    }
    let upper = pair(start)
    let columns = upper + (pair(start &+ side) - upper) * fy
    return columns.lowHalf + (columns.highHalf - columns.lowHalf) * fx
  }

  @inline(__always)
  private func planes(_ scratch: UnsafeMutablePointer<SIMD4<Float>>, times share: Float8) -> RGBLanes {
    let lanes = RGBLanes(pixels: scratch)
    return RGBLanes(red: lanes.red * share, green: lanes.green * share, blue: lanes.blue * share)
  }

  @inline(__always)
  private func gather(_ values: UnsafePointer<Float>, _ at: Int8x32) -> Float8 {
    @inline(__always) func read(_ lane: Int) -> Float { values[Int(at[lane])] }
    return Float8(read(0), read(1), read(2), read(3), read(4), read(5), read(6), read(7))
  }

  /// Eight pixels at the window's rim, where a neighbour may be missing and counts as 0.
  @inline(never)
  private func edgeLanes(_ u: Float8, _ v: Float8, scratch: UnsafeMutablePointer<SIMD4<Float>>) -> RGBLanes? {
    var shares = Float8.zero
    for lane in 0..<8 {
      let (share, difference) = edgeValue(u[lane], v[lane])
      shares[lane] = share
      scratch[lane] = difference
    }
    return lanesAreZero(shares) ? nil : planes(scratch, times: shares)
  }

  private func edgeValue(_ u: Float, _ v: Float) -> (share: Float, difference: SIMD4<Float>) {
    guard u > -1, v > -1, u < Float(side), v < Float(side) else { return (0, .zero) }
    var share: Float = 0
    var sum = SIMD4<Float>.zero
    let (i, j) = (scalarRound(u.rounded(.down)), scalarRound(v.rounded(.down)))
    let (fx, fy) = (u - u.rounded(.down), v - v.rounded(.down))
    for k in 0..<4 {
      let (column, row) = (i &+ (k & 1), j &+ (k &>> 1))
      guard column >= 0, row >= 0, column < side, row < side else { continue }
      let weight = (k & 1 == 0 ? 1 - fx : fx) * (k &>> 1 == 0 ? 1 - fy : fy)
      let at = row &* side &+ column
      share += mask[at] * weight
      sum += (new[at] - old[at]) * weight
    }
    return (share, sum)
  }

  /// The columns of frame row `y`, within 0..<width, whose image can lie in the window; a little generous.
  func columns(_ y: Int, width: Int) -> Range<Int> {
    var low = 0.0
    var high = Double(width)
    for (slope, start) in [(m.a, m.b * Double(y) + m.c), (m.d, m.e * Double(y) + m.f)] {
      if abs(slope) < 1e-12 {
        guard start > -1, start < Double(side) else { return 0..<0 }
        continue
      }
      let ends = [(-1 - start) / slope, (Double(side) - start) / slope]
      low = max(low, min(ends[0], ends[1]).rounded(.down))
      high = min(high, max(ends[0], ends[1]).rounded(.up) + 1)
    }
    return low < high ? Int(low)..<Int(high) : 0..<0
  }

  /// The rows of the frame that the window's corners span, within 0..<height.
  func rows(height: Int) -> Range<Int> {
    let inverse = m.inverted
    let (low, high) = (-1.0, Double(side))
    let corners = [(low, low), (high, low), (low, high), (high, high)].map {
      inverse.d * $0.0 + inverse.e * $0.1 + inverse.f
    }
    guard let first = corners.min(), let last = corners.max(), first.isFinite, last.isFinite else { return 0..<0 }
    let start = max(0, first.rounded(.down))
    let end = min(Double(height), last.rounded(.up) + 1)
    return start < end ? Int(start)..<Int(end) : 0..<0
  }
}

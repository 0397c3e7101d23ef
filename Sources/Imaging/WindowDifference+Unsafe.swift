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

  /// The difference at column `x`, R, G, B; zero where the mask is.
  @inline(__always)
  func value(_ row: Row, _ x: Int) -> SIMD4<Float> {
    let column = Float(Int32(truncatingIfNeeded: x))
    let u = row.x.addingProduct(row.stepX, column)
    let v = row.y.addingProduct(row.stepY, column)
    let left = u.rounded(.down)
    let top = v.rounded(.down)
    let (i, j) = (scalarRound(left), scalarRound(top))
    let inner = UInt(bitPattern: side &- 1)
    guard UInt(bitPattern: i) < inner, UInt(bitPattern: j) < inner else { return edgeValue(u, v, i, j) }
    let at = j &* side &+ i
    let below = at &+ side
    let (fx, fy) = (u - left, v - top)
    let share = mix(mix(mask[at], mask[at &+ 1], fx), mix(mask[below], mask[below &+ 1], fx), fy)
    guard share != 0 else { return .zero }
    let upper = mix(new[at] - old[at], new[at &+ 1] - old[at &+ 1], fx)
    let lower = mix(new[below] - old[below], new[below &+ 1] - old[below &+ 1], fx)
    return mix(upper, lower, fy) * share
  }

  /// The rim, where a neighbour may be missing and counts as 0.
  @inline(never)
  private func edgeValue(_ u: Float, _ v: Float, _ i: Int, _ j: Int) -> SIMD4<Float> {
    guard u > -1, v > -1, u < Float(side), v < Float(side) else { return .zero }
    var share: Float = 0
    var sum = SIMD4<Float>.zero
    let (fx, fy) = (u - u.rounded(.down), v - v.rounded(.down))
    for (row, weightY) in [(j, 1 - fy), (j + 1, fy)] where row >= 0 && row < side {
      for (column, weightX) in [(i, 1 - fx), (i + 1, fx)] where column >= 0 && column < side {
        let at = row * side + column
        share += mask[at] * weightX * weightY
        sum += (new[at] - old[at]) * (weightX * weightY)
      }
    }
    return share == 0 ? .zero : sum * share
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

  @inline(__always)
  private func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a.addingProduct(b - a, t) }

  @inline(__always)
  private func mix(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ t: Float) -> SIMD4<Float> {
    a.addingProduct(b - a, SIMD4(repeating: t))
  }
}

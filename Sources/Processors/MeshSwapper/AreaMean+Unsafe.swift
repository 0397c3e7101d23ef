/// Exact area means of a square picture on a grid of 112×112 cells.
enum AreaMean {
  /// Cells of the result in a row: one more than 112, so that a bilinear fetch has a right neighbour.
  static let stride = 113

  /// - Parameters:
  ///   - window: `side`² pixels, `side` ≥ 112.
  ///   - columns: the cells wanted across; those to the right are not touched.
  ///   - rows: the cells wanted down.
  ///   - filled: by row of the window, the columns that hold pixels; cells without any are not touched.
  ///   - result: 113×113 cells; the last column and row repeat their neighbours where those are wanted.
  ///   - work: room for `side` pixels.
  static func reduce(
    _ window: UnsafePointer<Float4>, side: Int, columns: Range<Int>, rows: Range<Int>, filled: [Range<Int>],
    into result: UnsafeMutablePointer<Float4>, work: UnsafeMutablePointer<Float4>
  ) {
    let cell = Double(side) / 112
    for row in rows {
      let span = Span(row, cell, side)
      let pixels = union(filled, span.first..<span.end)
      let columns = columns.clamped(
        to: Int(Double(pixels.lowerBound) / cell)..<min(Int((Double(pixels.upperBound) / cell).rounded(.up)), 112))
      guard !columns.isEmpty else { continue }
      let across =
        Int(Double(columns.lowerBound) * cell)..<min(Int((Double(columns.upperBound) * cell).rounded(.up)), side)
      scale(window + span.first * side, across, span.weight(span.first), into: work)
      for y in (span.first + 1)..<max(span.end, span.first + 1) {
        accumulate(window + y * side, across, span.weight(y), into: work)
      }
      let line = result + row * stride
      let share = Float(1 / (cell * cell))
      for column in columns {
        let across = Span(column, cell, side)
        var sum = Float4.zero
        for x in across.first..<across.end { sum.addProduct(work[x], Float4(repeating: across.weight(x))) }
        line[column] = sum * share
      }
      if columns.upperBound == 112 { line[112] = line[111] }
    }
    if rows.upperBound == 112 { (result + 112 * stride).update(from: result + 111 * stride, count: stride) }
  }

  /// The smallest range around those of some rows.
  private static func union(_ filled: [Range<Int>], _ rows: Range<Int>) -> Range<Int> {
    var (low, high) = (Int.max, 0)
    for row in rows.clamped(to: filled.indices) where !filled[row].isEmpty {
      low = min(low, filled[row].lowerBound)
      high = max(high, filled[row].upperBound)
    }
    return low < high ? low..<high : 0..<0
  }

  /// Where a cell lies on the pixels of one axis.
  private struct Span {
    let low: Double
    let high: Double
    let first: Int
    let end: Int

    @inline(__always)
    init(_ index: Int, _ cell: Double, _ side: Int) {
      low = Double(index) * cell
      high = Double(index + 1) * cell
      first = Int(low)
      end = min(Int(high.rounded(.up)), side)
    }

    /// Part of pixel `place` inside the cell.
    @inline(__always)
    func weight(_ place: Int) -> Float {
      Float(min(high, Double(place + 1)) - max(low, Double(place)))
    }
  }

  @inline(__always)
  private static func scale(
    _ row: UnsafePointer<Float4>, _ columns: Range<Int>, _ weight: Float, into sums: UnsafeMutablePointer<Float4>
  ) {
    for x in columns { sums[x] = row[x] * weight }
  }

  @inline(__always)
  private static func accumulate(
    _ row: UnsafePointer<Float4>, _ columns: Range<Int>, _ weight: Float, into sums: UnsafeMutablePointer<Float4>
  ) {
    var x = columns.lowerBound
    while x + 1 < columns.upperBound {
      let pixels = UnsafeRawPointer(row + x).loadUnaligned(as: Float8.self)
      let place = UnsafeMutableRawPointer(sums + x)
      let sum = place.loadUnaligned(as: Float8.self).addingProduct(pixels, Float8(repeating: weight))
      place.storeBytes(of: sum, as: Float8.self)
      x += 2
    }
    if x < columns.upperBound { sums[x].addProduct(row[x], Float4(repeating: weight)) }
  }
}

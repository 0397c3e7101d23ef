import Imaging

/// The light's gain along a row of a frame: e to the log gain over 2.2, over 255, which is what an 8-bit display value is
/// multiplied by.
///
/// Along a straight line through one cell of the grid the bilinear log gain is a polynomial of degree two, so from pixel to
/// pixel the gain grows by a factor, and that factor by a constant one.
struct GainRow {
  /// Area → places on the 28×28 cells.
  let transform: AffineTransform

  private static let last = Float(LightGrid.side - 1)

  /// - Parameters:
  ///   - grid: 28×28 log gains.
  ///   - row: receives a gain for each of `columns` of row `y`.
  func expand(
    _ grid: UnsafePointer<Float4>, y: Int, _ columns: Range<Int>, into row: UnsafeMutablePointer<Float4>
  ) {
    let across = Axis(start: transform.b * Double(y) + transform.c, step: transform.a)
    let down = Axis(start: transform.e * Double(y) + transform.f, step: transform.d)
    var x = columns.lowerBound
    while x < columns.upperBound {
      let (first, second) = (across.place(at: float(x)), down.place(at: float(x)))
      // All pixels up to the cell's edge; the one on it has the same gain in either cell.
      let left = roundToInt(min(first.left, second.left, 1e6) - 0.5)
      let end = min(x &+ max(left, 0) &+ 1, columns.upperBound)
      var gain = Progression(grid, first, second)
      while x &+ 1 < end {
        UnsafeMutableRawPointer(row + x).storeBytes(of: gain.values, as: Float8.self)
        gain.advance()
        x &+= 2
      }
      if x < end {
        row[x] = gain.values.lowHalf
        x &+= 1
      }
    }
  }

  /// One axis of the grid along a row.
  private struct Axis {
    private let start: Float
    private let step: Float
    /// Pixels from one cell to the next.
    private let length: Float

    /// - Parameters:
    ///   - start: place at column 0.
    ///   - step: change of the place from pixel to pixel.
    init(start: Double, step: Double) {
      self.start = Float(start)
      self.step = Float(step)
      length = Float(min(1 / abs(step), 1e9))
    }

    @inline(__always)
    func place(at x: Float) -> Place {
      let place = start.addingProduct(step, x)
      guard place > 0, place < GainRow.last else { return outside(place) }
      let cell = roundToInt(place - 0.5)
      let part = place - float(cell)
      return Place(cell: cell, part: part, slope: step, left: (step > 0 ? 1 - part : part) * length)
    }

    /// Outside the grid nothing changes.
    @inline(never)
    private func outside(_ place: Float) -> Place {
      let isBefore = place <= 0
      let isEntering = isBefore ? step > 0 : step < 0
      let left = isEntering ? (isBefore ? -place : place - GainRow.last) * length : .infinity
      return Place(cell: isBefore ? 0 : LightGrid.side - 2, part: isBefore ? 0 : 1, slope: 0, left: left)
    }
  }

  /// A place on one axis.
  private struct Place {
    let cell: Int
    /// Within the cell, 0…1.
    let part: Float
    /// Change of `part` from pixel to pixel.
    let slope: Float
    /// Pixels up to the edge of the cell or of the grid.
    let left: Float
  }

  /// Gains of two pixels after two others within a cell.
  private struct Progression {
    private(set) var values: Float8
    private var factors: Float8
    private let growth: Float8

    @inline(__always)
    init(_ grid: UnsafePointer<Float4>, _ across: Place, _ down: Place) {
      let cell = grid + (down.cell &* LightGrid.side &+ across.cell)
      let root = Float4(repeating: 1 / 2.2)
      let corner = cell[0] * root
      let right = cell[1] * root - corner
      let lower = cell[LightGrid.side] * root - corner
      let cross = cell[LightGrid.side + 1] * root - corner - right - lower
      let (partX, slopeX) = (Float4(repeating: across.part), Float4(repeating: across.slope))
      let (partY, slopeY) = (Float4(repeating: down.part), Float4(repeating: down.slope))
      let middle = right + cross * partY
      let log = corner + middle * partX + lower * partY
      let second = cross * (slopeX * slopeY)
      let first = middle * slopeX + (lower + cross * partX) * slopeY + second
      let powers = FastMath.exp(Float8(lowHalf: log, highHalf: first))
      let value = powers.lowHalf * Float4(repeating: 1 / 255)
      let factor = powers.highHalf
      let more = Progression.smallExp(second + second)
      let square = more * more
      // From x to x + 2 a value grows by two factors, the second one grown once.
      let two = factor * factor * more
      values = Float8(lowHalf: value, highHalf: value * factor)
      factors = Float8(lowHalf: two, highHalf: two * square)
      growth = Float8(lowHalf: square * square, highHalf: square * square)
    }

    /// e to a small power: the curvature within a pixel's step, at most 0.14 and mostly far below.
    @inline(__always)
    private static func smallExp(_ v: Float4) -> Float4 {
      let one = Float4(repeating: 1)
      let rest = Float4(repeating: 1 / 6) + v * Float4(repeating: 1 / 24)
      return one + v * (one + v * (Float4(repeating: 0.5) + v * rest))
    }

    @inline(__always)
    mutating func advance() {
      values *= factors
      factors *= growth
    }
  }
}

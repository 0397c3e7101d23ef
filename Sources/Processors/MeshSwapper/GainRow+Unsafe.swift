import Imaging

/// The light's gain along a row of a frame: e to the log gain over 2.2, over 255, which is what an 8-bit display value is
/// multiplied by.
///
/// Along a straight line through one cell of the grid the bilinear log gain is a polynomial of degree two, so from pixel to
/// pixel the gain grows by a factor, and that factor by a constant one.
struct GainRow {
  /// Area → places on the 28×28 cells.
  let transform: AffineTransform

  private static let last = Double(LightGrid.side - 1)

  /// - Parameters:
  ///   - grid: 28×28 log gains.
  ///   - row: receives a gain for each of `columns` of row `y`.
  func expand(
    _ grid: UnsafePointer<Float4>, y: Int, _ columns: Range<Int>, into row: UnsafeMutablePointer<Float4>
  ) {
    let start = SIMD2(
      transform.b * Double(y) + transform.c, transform.e * Double(y) + transform.f)
    let step = SIMD2(transform.a, transform.d)
    let perStep = 1 / step
    var x = columns.lowerBound
    while x < columns.upperBound {
      let across = Axis(start.x + step.x * Double(x), step.x, perStep.x)
      let down = Axis(start.y + step.y * Double(x), step.y, perStep.y)
      let left = min(across.length, down.length)
      let end = left < Double(columns.upperBound - x) ? x &+ max(Int(left), 1) : columns.upperBound
      var gain = Progression(grid, across, down)
      while x < end {
        row[x] = gain.value
        gain.advance()
        x &+= 1
      }
    }
  }

  /// A place on one axis of the grid.
  private struct Axis {
    let cell: Int
    let part: Float
    /// Change of `part` from pixel to pixel.
    let slope: Float
    /// Pixels until the next cell or the end of the grid is reached.
    let length: Double

    /// - Parameters:
    ///   - step: change of the place from pixel to pixel.
    ///   - perStep: 1 / step.
    @inline(__always)
    init(_ place: Double, _ step: Double, _ perStep: Double) {
      let limited = min(max(place, 0), GainRow.last)
      var cell = min(Int(limited), LightGrid.side - 2)
      // On a cell's edge the cell that is gone into counts.
      if step < 0, limited == Double(cell), cell > 0 { cell -= 1 }
      self.cell = cell
      part = Float(limited - Double(cell))
      let isFlat = step > 0 ? place < 0 || place >= GainRow.last : place <= 0 || place > GainRow.last
      slope = isFlat ? 0 : Float(step)
      if step == 0 {
        length = .infinity
      } else if step > 0 {
        let bound = place < 0 ? 0 : isFlat ? .infinity : Double(cell + 1)
        length = ((bound - place) * perStep).rounded(.up)
      } else {
        let bound = place > GainRow.last ? GainRow.last : isFlat ? -.infinity : Double(cell)
        length = ((bound - place) * perStep).rounded(.up)
      }
    }
  }

  /// Gains of one pixel after the other within a cell.
  private struct Progression {
    var value: Float4
    private var factor: Float4
    private let growth: Float4

    @inline(__always)
    init(_ grid: UnsafePointer<Float4>, _ across: Axis, _ down: Axis) {
      let cell = grid + (down.cell &* LightGrid.side &+ across.cell)
      let corner = cell[0] * (1 / 2.2)
      let right = cell[1] * (1 / 2.2) - corner
      let lower = cell[LightGrid.side] * (1 / 2.2) - corner
      let cross = cell[LightGrid.side + 1] * (1 / 2.2) - corner - right - lower
      let middle = right + cross * down.part
      let log = corner + middle * across.part + lower * down.part
      let second = cross * (across.slope * down.slope)
      let first = middle * across.slope + (lower + cross * across.part) * down.slope + second
      let powers = FastMath.exp(Float8(lowHalf: log, highHalf: first))
      value = powers.lowHalf * (1 / 255)
      factor = powers.highHalf
      let more = second * 2
      growth = FastMath.exp(Float8(lowHalf: more, highHalf: more)).lowHalf
    }

    @inline(__always)
    mutating func advance() {
      value *= factor
      factor *= growth
    }
  }
}

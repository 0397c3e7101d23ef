import Imaging

/// A triangle's barycentric weights as functions of the place: u = ux·(x − ax) + uy·(y − ay), v alike, first 1 − u − v.
struct TrianglePlane: BitwiseCopyable {
  let ax: Double
  let ay: Double
  let ux: Double
  let uy: Double
  let vx: Double
  let vy: Double
  /// Rows inside the picture that the triangle's box covers.
  let top: Int
  let bottom: Int
  private let left: Double
  private let right: Double
  /// Where each weight becomes 0 in row ay and how that place moves from row to row: two lower bounds, two upper ones.
  private let bounds: SIMD4<Double>
  private let slopes: SIMD4<Double>
  /// Depth in steps at (0, ay), and its change along x and y.
  private var depth = SIMD3<Double>.zero

  private static let tolerance = 1e-9

  /// Nil when the triangle faces away or lies outside the picture.
  @inline(__always)
  init?(_ mesh: UnsafePointer<Point3>, _ corners: SIMD4<Int32>, width: Int, height: Int) {
    let a = SIMD3<Double>(mesh[Int(corners.x)])
    let b = SIMD3<Double>(mesh[Int(corners.y)])
    let c = SIMD3<Double>(mesh[Int(corners.z)])
    let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    guard area > 1e-9 else { return nil }
    left = max(min(a.x, b.x, c.x).rounded(.up), 0)
    right = min(max(a.x, b.x, c.x).rounded(.down), Double(width - 1))
    let low = max(min(a.y, b.y, c.y).rounded(.up), 0)
    let high = min(max(a.y, b.y, c.y).rounded(.down), Double(height - 1))
    guard left <= right, low <= high else { return nil }
    top = Int(low)
    bottom = Int(high)
    ax = a.x
    ay = a.y
    let inverse = 1 / area
    ux = (c.y - a.y) * inverse
    uy = (a.x - c.x) * inverse
    vx = (a.y - b.y) * inverse
    vy = (b.x - a.x) * inverse
    var (bounds, slopes) = (SIMD4(-1e12, -1e12, 1e12, 1e12), SIMD4<Double>.zero)
    var (lower, upper) = (0, 2)
    // Each weight is constant + alongX · (x − ax) + alongY · dy. One that does not change along x belongs to a level
    // edge, which the rows of the box hold in already.
    for (constant, alongX, alongY) in [(0.0, ux, uy), (0.0, vx, vy), (1.0, -ux - vx, -uy - vy)]
    where abs(alongX) > 1e-13 {
      let place = alongX > 0 ? lower : upper
      bounds[place] = ax - (constant + TrianglePlane.tolerance) / alongX
      slopes[place] = -alongY / alongX
      if alongX > 0 { lower += 1 } else { upper += 1 }
    }
    self.bounds = bounds
    self.slopes = slopes
  }

  /// Takes the corners' depth in steps.
  mutating func setDepth(_ z: SIMD3<Double>) {
    let alongX = (z.y - z.x) * ux + (z.z - z.x) * vx
    let alongY = (z.y - z.x) * uy + (z.z - z.x) * vy
    depth = SIMD3(z.x - alongX * ax, alongX, alongY)
  }

  /// Depth in steps along a row: at column 0, and from column to column.
  func depth(_ row: Int) -> (start: Double, slope: Double) {
    (depth.x + depth.z * (Double(row) - ay), depth.y)
  }

  /// First and last column inside the triangle; first > last when there is none.
  @inline(__always)
  func columns(_ row: Int) -> (first: Int32, last: Int32) {
    let places = bounds + slopes * (Double(Int32(truncatingIfNeeded: row)) - ay)
    let low = max(max(places.x, places.y), left).rounded(.up)
    let high = min(min(places.z, places.w), right).rounded(.down)
    // Outside of these the numbers would not fit; what lies there is cut off anyway.
    return (Int32(min(low, 1e8)), Int32(max(high, -1e8)))
  }
}

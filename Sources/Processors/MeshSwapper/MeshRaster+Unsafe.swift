import Imaging

/// Which triangle of a mesh is in front at each pixel of a window, and how values at the points run over each triangle.
///
/// Depth and triangle number share one integer per pixel (21 bits of depth above 10 bits of number), so "nearest, on
/// equal depth the lower number" is one minimum. Belongs to one worker.
final class MeshRaster {
  static let maximumTriangles = 1023
  /// The key of a pixel that no triangle covers.
  static let uncovered = Int32.max
  private static let depthBits: Int32 = 0x1F_FFFF

  private(set) var side = 0
  /// Keys from one row to the next; wider than the window, so that eight keys may be written anywhere in a row.
  private(set) var stride = 0
  /// Rows that any triangle touches; empty when none does.
  private(set) var rows = 0..<0
  private let keyMemory = Scratch<Int32>()
  private let spanMemory = Scratch<SIMD2<Int32>>()
  // One triangle more, all zero: what the key of an uncovered pixel leads to.
  private let fieldMemory = Scratch<Float8>(3 * (maximumTriangles + 1))
  private let weightMemory = Scratch<Float4>(3 * (maximumTriangles + 1))

  /// Row-major, `stride` to a row; valid only inside each row's span.
  var keys: UnsafeMutablePointer<Int32> { keyMemory.base }
  /// Three vectors a triangle: value at (0, 0), change along x, change along y.
  var fields: UnsafePointer<Float8> { UnsafePointer(fieldMemory.base) }
  /// The same for the second set of values.
  var weights: UnsafePointer<Float4> { UnsafePointer(weightMemory.base) }

  /// Triangle number of a key, −1 for none.
  @inline(__always)
  static func triangle(_ key: Int32) -> Int32 { key == uncovered ? -1 : key & 1023 }

  /// First column and one past the last that may be covered in a row of `rows`.
  @inline(__always)
  func span(_ row: Int) -> Range<Int> {
    let span = spanMemory.base[row]
    return span.x < span.y ? Int(span.x)..<Int(span.y) : 0..<0
  }

  /// Draws the triangles that face the viewer (positive area).
  ///
  /// A pixel belongs to a triangle when none of its barycentric weights is below −10⁻⁹.
  /// - Parameters:
  ///   - mesh: 478 points in window pixels.
  ///   - values: one vector a point, interpolated by ``fields``.
  ///   - more: a second vector a point for ``weights``, or nil.
  func draw(
    _ mesh: UnsafePointer<Point3>, side: Int, topology: SwapTopology, values: UnsafePointer<Float8>,
    more: UnsafePointer<Float4>?
  ) {
    self.side = side
    stride = (side + 15) / 8 * 8
    keyMemory.reserve(stride * side)
    spanMemory.reserve(side)
    let depth = clear(mesh)
    topology.triangles.withUnsafeBufferPointer { triangles in
      for (number, corners) in triangles.enumerated() {
        guard let plane = TrianglePlane(mesh, corners, side: side) else { continue }
        let places = (Int(corners.x), Int(corners.y), Int(corners.z))
        setField(number, plane, values[places.0], values[places.1], values[places.2])
        if let more { setWeights(number, plane, more[places.0], more[places.1], more[places.2]) }
        let nearness = SIMD3(mesh[places.0].z, mesh[places.1].z, mesh[places.2].z)
        fill(Int32(truncatingIfNeeded: number), plane, (SIMD3<Double>(nearness) - depth.nearest) * depth.scale + 1)
      }
    }
  }

  /// Empties the mesh's box; returns how depth is turned into 21 bits.
  private func clear(_ mesh: UnsafePointer<Point3>) -> (nearest: Double, scale: Double) {
    var low = Point3(repeating: .infinity)
    var high = Point3(repeating: -.infinity)
    for index in 0..<SwapTopology.pointCount {
      let point = mesh[index]
      low.replace(with: point, where: point .< low)
      high.replace(with: point, where: point .> high)
    }
    func limited(_ value: Float) -> Int { Int(min(max(value, -1), Float(side))) }
    let columns = max(limited(low.x.rounded(.up)), 0)..<max(limited(high.x.rounded(.down)) + 1, 0)
    let top = max(limited(low.y.rounded(.up)), 0)
    rows = top..<max(min(limited(high.y.rounded(.down)) + 1, side), top)
    let first = min(columns.lowerBound, side)
    let count = max(min(columns.upperBound, side) - first, 0)
    for row in rows {
      (keys + row * stride + first).update(repeating: MeshRaster.uncovered, count: count + 8)
      spanMemory.base[row] = SIMD2(Int32(side), 0)
    }
    return (Double(low.z), Double(MeshRaster.depthBits - 3) / max(Double(high.z - low.z), 1e-6))
  }

  @inline(__always)
  private func setField(_ number: Int, _ plane: TrianglePlane, _ v0: Float8, _ v1: Float8, _ v2: Float8) {
    let field = fieldMemory.base + 3 * number
    let (d1, d2) = (v1 - v0, v2 - v0)
    let alongX = d1 * Float(plane.ux) + d2 * Float(plane.vx)
    let alongY = d1 * Float(plane.uy) + d2 * Float(plane.vy)
    field[0] = v0 - alongX * Float(plane.ax) - alongY * Float(plane.ay)
    field[1] = alongX
    field[2] = alongY
  }

  @inline(__always)
  private func setWeights(_ number: Int, _ plane: TrianglePlane, _ v0: Float4, _ v1: Float4, _ v2: Float4) {
    let field = weightMemory.base + 3 * number
    let (d1, d2) = (v1 - v0, v2 - v0)
    let alongX = d1 * Float(plane.ux) + d2 * Float(plane.vx)
    let alongY = d1 * Float(plane.uy) + d2 * Float(plane.vy)
    field[0] = v0 - alongX * Float(plane.ax) - alongY * Float(plane.ay)
    field[1] = alongX
    field[2] = alongY
  }

  /// Writes the keys of one triangle; `z` is its corners' depth in steps.
  @inline(__always)
  private func fill(_ number: Int32, _ plane: TrianglePlane, _ z: SIMD3<Double>) {
    let zx = (z.y - z.x) * plane.ux + (z.z - z.x) * plane.vx
    let zy = (z.y - z.x) * plane.uy + (z.z - z.x) * plane.vy
    let steps = Float8(0, 1, 2, 3, 4, 5, 6, 7) * Float(zx)
    let bias = Float8(repeating: 12_582_912)
    let low = SIMD8<Int32>(repeating: number)
    let lanes = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)
    for row in plane.top...plane.bottom {
      let dy = Double(row) - plane.ay
      guard let (first, last) = plane.columns(dy) else { continue }
      let span = spanMemory.base[row]
      spanMemory.base[row] = SIMD2(min(span.x, Int32(first)), max(span.y, Int32(last + 1)))
      let line = UnsafeMutableRawPointer(keys + row * stride)
      var column = first
      while column <= last {
        let start = Float(z.x + zx * (Double(column) - plane.ax) + zy * dy)
        let bits = unsafeBitCast(steps + start + bias, to: SIMD8<Int32>.self) & MeshRaster.depthBits
        let key = (bits &<< 10) | low
        // Compared with a vector: comparing with a number goes lane by lane.
        let inside = lanes .< SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: last &- column &+ 1))
        let place = line + column * 4
        let old = place.loadUnaligned(as: SIMD8<Int32>.self)
        place.storeBytes(of: old.replacing(with: key, where: inside .& (key .< old)), as: SIMD8<Int32>.self)
        column += 8
      }
    }
  }
}

/// A triangle's barycentric weights as functions of the place: u = ux·(x − ax) + uy·(y − ay), v alike, first 1 − u − v.
struct TrianglePlane {
  let ax: Double
  let ay: Double
  let ux: Double
  let uy: Double
  let vx: Double
  let vy: Double
  /// Rows inside the window that the triangle's box covers.
  let top: Int
  let bottom: Int
  private let left: Double
  private let right: Double
  private let edges: (Edge, Edge, Edge)

  private static let tolerance = 1e-9

  /// The columns where one weight is not negative: those on one side of a bound that moves with the row.
  private struct Edge {
    let bound: Double
    let slope: Double
    /// +1: columns from the bound on; −1: up to the bound; 0: all or none, `bound + slope · dy` says which.
    let direction: Int

    /// weight = constant + alongX · (x − ax) + alongY · dy
    init(_ constant: Double, _ alongX: Double, _ alongY: Double, _ ax: Double) {
      if abs(alongX) > 1e-13 {
        bound = ax - (constant + TrianglePlane.tolerance) / alongX
        slope = -alongY / alongX
        direction = alongX > 0 ? 1 : -1
      } else {
        bound = constant + TrianglePlane.tolerance
        slope = alongY
        direction = 0
      }
    }

    @inline(__always)
    func limit(_ dy: Double, _ low: inout Double, _ high: inout Double) {
      let value = bound + slope * dy
      if direction > 0 {
        if value > low { low = value }
      } else if direction < 0 {
        if value < high { high = value }
      } else if value < 0 {
        high = -.infinity
      }
    }
  }

  /// Nil when the triangle faces away or lies outside the window.
  @inline(__always)
  init?(_ mesh: UnsafePointer<Point3>, _ corners: SIMD4<Int32>, side: Int) {
    let a = SIMD3<Double>(mesh[Int(corners.x)])
    let b = SIMD3<Double>(mesh[Int(corners.y)])
    let c = SIMD3<Double>(mesh[Int(corners.z)])
    let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    guard area > 1e-9 else { return nil }
    let limit = Double(side - 1)
    left = max(min(a.x, b.x, c.x).rounded(.up), 0)
    right = min(max(a.x, b.x, c.x).rounded(.down), limit)
    let low = max(min(a.y, b.y, c.y).rounded(.up), 0)
    let high = min(max(a.y, b.y, c.y).rounded(.down), limit)
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
    edges = (Edge(0, ux, uy, ax), Edge(0, vx, vy, ax), Edge(1, -ux - vx, -uy - vy, ax))
  }

  /// First and last column inside the triangle, `dy` rows below its first corner.
  @inline(__always)
  func columns(_ dy: Double) -> (Int, Int)? {
    var low = left
    var high = right
    edges.0.limit(dy, &low, &high)
    edges.1.limit(dy, &low, &high)
    edges.2.limit(dy, &low, &high)
    let first = low.rounded(.up)
    let last = high.rounded(.down)
    guard first <= last else { return nil }
    return (Int(first), Int(last))
  }
}

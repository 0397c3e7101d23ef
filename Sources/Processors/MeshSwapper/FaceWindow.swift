package import Imaging

/// The square that is cut out around a face: upright, 112 canonical units wide, the head as large as it is whatever
/// way it looks.
package struct FaceWindow: Sendable {
  /// Edge of the window in pixels.
  package let side: Int
  /// Frame → window.
  package let transform: AffineTransform

  static let sides = 112...1024

  /// No window yet.
  static let none = FaceWindow(side: 0, transform: .identity)

  init(side: Int, transform: AffineTransform) {
    self.side = side
    self.transform = transform
  }

  /// The window at the face's own density: one window pixel a frame pixel, rounded up to 16, 112…1024 pixels.
  static func side(for fit: Similarity3, limits: ClosedRange<Int> = sides) -> Int {
    // A hair less, so that rounding errors of the fit do not add a step.
    let own = (SwapTopology.units * fit.scale / 16 - 1e-3).rounded(.up) * 16
    return min(max(Int(min(own, 4096)), limits.lowerBound), limits.upperBound)
  }

  /// - Parameters:
  ///   - mesh: 478 points in frame pixels.
  ///   - fit: canonical mesh → `mesh` over the rigid points.
  init(mesh: some PointAccess, fit: Similarity3, side: Int, topology: SwapTopology) {
    // Cosine and sine of the roll: the fit's turn in the picture plane.
    let length = max((fit.rows.0.y * fit.rows.0.y + fit.rows.1.y * fit.rows.1.y).squareRoot(), 1e-12)
    let zoom = Double(side) / (SwapTopology.units * fit.scale)
    let c = fit.rows.1.y / length * zoom
    let s = -fit.rows.0.y / length * zoom
    var turned = Extent()
    var canonical = Extent()
    for index in 0..<SwapTopology.pointCount {
      let point = SIMD3<Double>(mesh[index])
      turned.add(SIMD2(c * point.x + s * point.y, -s * point.x + c * point.y))
      let model = SIMD3<Double>(topology.canonical[index])
      canonical.add(SIMD2(model.x, model.y))
    }
    let half = Double(side) / 2
    let offset = (SIMD2(96, 102) - canonical.middle) * Double(side) / SwapTopology.units
    let shift = SIMD2(half, half) - turned.middle - offset
    self.side = side
    transform = AffineTransform(a: c, b: s, c: shift.x, d: -s, e: c, f: shift.y)
  }

  /// Frame pixels along the window's edge.
  var density: Double { Double(side) / max(transform.scale, 1e-9) }

  /// Frame → the same square with another number of pixels, pixel areas (not centres) of both covering the same square.
  func transform(side newSide: Int) -> AffineTransform {
    let k = Double(newSide) / Double(side)
    let half = (k - 1) / 2
    let t = transform
    let (c, f) = (t.c * k + half, t.f * k + half)
    return AffineTransform(a: t.a * k, b: t.b * k, c: c, d: t.d * k, e: t.e * k, f: f)
  }

  /// A point in window pixels; z is scaled with the window.
  static func map(_ point: Point3, _ transform: AffineTransform) -> Point3 {
    let place = transform.apply(Point(point.x, point.y))
    return Point3(place.x, place.y, Float(Double(point.z) * transform.scale))
  }

  private struct Extent {
    var low = SIMD2<Double>(repeating: .infinity)
    var high = SIMD2<Double>(repeating: -.infinity)

    mutating func add(_ point: SIMD2<Double>) {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }

    var middle: SIMD2<Double> { (low + high) / 2 }
  }
}

import Imaging

/// A similarity in space: b = scale · rotation · a + shift.
struct Similarity3: Sendable {
  var scale: Double
  /// Rows of the rotation.
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  var shift: SIMD3<Double>

  static let identity = Similarity3(scale: 1, rows: (SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)), shift: .zero)

  private init(scale: Double, rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), shift: SIMD3<Double>) {
    self.scale = scale
    self.rows = rows
    self.shift = shift
  }

  /// Least-squares fit of `from` to `to` over the points `indices`, without reflection.
  ///
  /// Horn 1987: the rotation is the eigenvector of the largest eigenvalue of a 4×4 matrix made of the products of
  /// coordinates; that eigenvalue over the spread of `from` is the scale. The result equals Umeyama's (1991).
  init(from: some PointAccess, to: some PointAccess, over indices: [Int]) {
    var fromMean = SIMD3<Double>.zero
    var toMean = SIMD3<Double>.zero
    for index in indices {
      fromMean += SIMD3<Double>(from[index])
      toMean += SIMD3<Double>(to[index])
    }
    fromMean /= Double(indices.count)
    toMean /= Double(indices.count)
    var spread = 0.0
    var (sx, sy, sz) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for index in indices {
      let a = SIMD3<Double>(from[index]) - fromMean
      let b = SIMD3<Double>(to[index]) - toMean
      spread += (a * a).sum()
      sx += a.x * b
      sy += a.y * b
      sz += a.z * b
    }
    let horn = SymmetricMatrix4(
      SIMD4(sx.x + sy.y + sz.z, sy.z - sz.y, sz.x - sx.z, sx.y - sy.x),
      SIMD4(sy.z - sz.y, sx.x - sy.y - sz.z, sx.y + sy.x, sz.x + sx.z),
      SIMD4(sz.x - sx.z, sx.y + sy.x, sy.y - sx.x - sz.z, sy.z + sz.y),
      SIMD4(sx.y - sy.x, sz.x + sx.z, sy.z + sz.y, sz.z - sx.x - sy.y))
    let (value, q) = horn.largestEigenpair()
    rows = Similarity3.rotation(q)
    scale = spread > 0 ? value / spread : 1
    shift = .zero
    shift = toMean - apply(fromMean)
  }

  /// The rotation of the unit quaternion (w, x, y, z).
  private static func rotation(_ q: SIMD4<Double>) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let (w, x, y, z) = (q[0], q[1], q[2], q[3])
    return (
      SIMD3(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
      SIMD3(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
      SIMD3(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    )
  }

  func apply(_ point: SIMD3<Double>) -> SIMD3<Double> {
    scale * SIMD3((rows.0 * point).sum(), (rows.1 * point).sum(), (rows.2 * point).sum()) + shift
  }

  /// Columns of scale · rotation and the shift in single precision, for use on many points.
  var columns: (Point3, Point3, Point3, Point3) {
    let (r0, r1, r2) = (rows.0 * scale, rows.1 * scale, rows.2 * scale)
    return (
      Point3(Float(r0.x), Float(r1.x), Float(r2.x)), Point3(Float(r0.y), Float(r1.y), Float(r2.y)),
      Point3(Float(r0.z), Float(r1.z), Float(r2.z)), Point3(shift)
    )
  }
}

/// Points by number, however they are kept.
protocol PointAccess {
  subscript(index: Int) -> Point3 { get }
}

extension Array: PointAccess where Element == Point3 {}

/// A symmetric 4×4 matrix of doubles.
struct SymmetricMatrix4 {
  private var rows: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  init(_ r0: SIMD4<Double>, _ r1: SIMD4<Double>, _ r2: SIMD4<Double>, _ r3: SIMD4<Double>) {
    rows = (r0, r1, r2, r3)
  }

  private subscript(row: Int) -> SIMD4<Double> {
    get {
      switch row {
      case 0: rows.0
      case 1: rows.1
      case 2: rows.2
      default: rows.3
      }
    }
    set {
      switch row {
      case 0: rows.0 = newValue
      case 1: rows.1 = newValue
      case 2: rows.2 = newValue
      default: rows.3 = newValue
      }
    }
  }

  /// The largest eigenvalue and its unit eigenvector, by Jacobi rotations.
  func largestEigenpair() -> (value: Double, vector: SIMD4<Double>) {
    var m = self
    var vectors = SymmetricMatrix4(SIMD4(1, 0, 0, 0), SIMD4(0, 1, 0, 0), SIMD4(0, 0, 1, 0), SIMD4(0, 0, 0, 1))
    for _ in 0..<32 {
      var off = 0.0
      var diagonal = 0.0
      for p in 0..<4 {
        diagonal += abs(m[p][p])
        for q in (p + 1)..<4 { off += abs(m[p][q]) }
      }
      if off <= 1e-15 * diagonal { break }
      for p in 0..<3 {
        for q in (p + 1)..<4 where m[p][q] != 0 { m.rotate(p, q, &vectors) }
      }
    }
    var best = 0
    for index in 1..<4 where m[index][index] > m[best][best] { best = index }
    return (m[best][best], vectors[best])
  }

  /// Makes element (p, q) zero; rows of `vectors` turn into the eigenvectors.
  private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout SymmetricMatrix4) {
    let theta = (self[q][q] - self[p][p]) / (2 * self[p][q])
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    let (rowP, rowQ) = (self[p], self[q])
    self[p] = c * rowP - s * rowQ
    self[q] = s * rowP + c * rowQ
    for k in 0..<4 {
      let (a, b) = (self[k][p], self[k][q])
      self[k][p] = c * a - s * b
      self[k][q] = s * a + c * b
    }
    let (vectorP, vectorQ) = (vectors[p], vectors[q])
    vectors[p] = c * vectorP - s * vectorQ
    vectors[q] = s * vectorP + c * vectorQ
  }
}

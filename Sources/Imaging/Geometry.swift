/// A position in pixels, (x, y); integer coordinates are pixel centres, the origin is the top-left pixel.
public typealias Point = SIMD2<Float>

/// A position with depth, (x, y, z); z points away from the viewer and is scaled like x.
public typealias Point3 = SIMD3<Float>

/// Width and height in pixels.
public struct PixelSize: Sendable, Hashable, CustomStringConvertible {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Number of pixels.
  public var area: Int { width * height }

  public var description: String { "\(width)x\(height)" }
}

/// An axis-aligned box in pixels: left, top, right, bottom.
public struct Box: Sendable, Hashable {
  public var x1: Float
  public var y1: Float
  public var x2: Float
  public var y2: Float

  public init(x1: Float, y1: Float, x2: Float, y2: Float) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// The smallest box around `points`; zero for no points.
  public init(around points: some Sequence<Point>) {
    var low = Point(repeating: .infinity)
    var high = Point(repeating: -.infinity)
    for point in points {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    guard low.x <= high.x else {
      self.init(x1: 0, y1: 0, x2: 0, y2: 0)
      return
    }
    self.init(x1: low.x, y1: low.y, x2: high.x, y2: high.y)
  }

  public var width: Float { x2 - x1 }
  public var height: Float { y2 - y1 }
  public var area: Float { max(width, 0) * max(height, 0) }
  public var center: Point { Point((x1 + x2) / 2, (y1 + y2) / 2) }

  /// Intersection over union, 0 when the union is not positive.
  public func overlap(_ other: Box) -> Float {
    let width = min(x2, other.x2) - max(x1, other.x1)
    let height = min(y2, other.y2) - max(y1, other.y1)
    guard width > 0, height > 0 else { return 0 }
    let union = area + other.area - width * height
    return union > 0 ? width * height / union : 0
  }
}

/// A 2×3 matrix: x' = a·x + b·y + c, y' = d·x + e·y + f. Maps frame to crop coordinates unless said otherwise.
public struct AffineTransform: Sendable, Hashable {
  public var a: Double
  public var b: Double
  public var c: Double
  public var d: Double
  public var e: Double
  public var f: Double

  public init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
  }

  public static let identity = AffineTransform(a: 1, b: 0, c: 0, d: 0, e: 1, f: 0)

  @inlinable
  public func apply(_ point: Point) -> Point {
    let x = Double(point.x)
    let y = Double(point.y)
    return Point(Float(a * x + b * y + c), Float(d * x + e * y + f))
  }

  /// Determinant of the linear part; 0 when the transform cannot be inverted.
  public var determinant: Double { a * e - b * d }

  /// The inverse. A singular transform gives a transform of zeros, as OpenCV's `invertAffineTransform` does.
  public var inverted: AffineTransform {
    let scale = determinant == 0 ? 0 : 1 / determinant
    let (ia, ib, id, ie) = (e * scale, -b * scale, -d * scale, a * scale)
    return AffineTransform(a: ia, b: ib, c: -(ia * c + ib * f), d: id, e: ie, f: -(id * c + ie * f))
  }

  /// `self` first, then `next`.
  public func then(_ next: AffineTransform) -> AffineTransform {
    AffineTransform(
      a: next.a * a + next.b * d, b: next.a * b + next.b * e, c: next.a * c + next.b * f + next.c,
      d: next.d * a + next.e * d, e: next.d * b + next.e * e, f: next.d * c + next.e * f + next.f)
  }

  /// Length of the image of the unit x vector: the scale of a similarity.
  public var scale: Double { (a * a + d * d).squareRoot() }
}

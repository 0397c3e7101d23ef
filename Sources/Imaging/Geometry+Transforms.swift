import func Foundation.cos
import func Foundation.sin

extension AffineTransform {
  /// The image of a point in double precision.
  @inlinable
  public func apply(_ point: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(a * point.x + b * point.y + c, d * point.x + e * point.y + f)
  }

  /// The image of a whole pixel position, rounded half to even: integer points stay integers (spec vision §2.4).
  public func apply(_ point: PixelPoint) -> PixelPoint {
    let image = apply(SIMD2(Double(point.x), Double(point.y)))
    return PixelPoint(x: boundedInteger(image.x), y: boundedInteger(image.y))
  }

  public func apply(_ points: [Point]) -> [Point] { points.map { apply($0) } }

  /// The box around the images of the box's four corners.
  public func apply(_ box: Box) -> Box {
    Box(
      around: [
        apply(Point(box.x1, box.y1)), apply(Point(box.x2, box.y1)), apply(Point(box.x2, box.y2)),
        apply(Point(box.x1, box.y2)),
      ])
  }

  /// The same in double precision, x1, y1, x2, y2.
  public func apply(_ box: SIMD4<Double>) -> SIMD4<Double> {
    let corners = [
      apply(SIMD2(box.x, box.y)), apply(SIMD2(box.z, box.y)), apply(SIMD2(box.z, box.w)), apply(SIMD2(box.x, box.w)),
    ]
    let low = corners.reduce(corners[0], pointwiseMin)
    let high = corners.reduce(corners[0], pointwiseMax)
    return SIMD4(low.x, low.y, high.x, high.y)
  }

  /// One transform for all, the first in the list applied first; the identity for none.
  public static func merged(_ transforms: [AffineTransform]) -> AffineTransform {
    transforms.reduce(.identity) { $0.then($1) }
  }

  /// Brings a box of the frame onto a crop of this size: corners to corners, each axis with its own scale (§5.2).
  public static func crop(_ box: Box, to size: PixelSize) -> AffineTransform {
    let (x, y) = (Double(box.x1), Double(box.y1))
    let (width, height) = (Double(box.x2) - x, Double(box.y2) - y)
    let scaleX = width == 0 ? 0 : Double(size.width) / width
    let scaleY = height == 0 ? 0 : Double(size.height) / height
    return AffineTransform(a: scaleX, b: 0, c: -x * scaleX, d: 0, e: scaleY, f: -y * scaleY)
  }

  /// Scale, then shift: x' = scale · x + x, y' = scale · y + y (§5.3).
  public static func scaling(_ scale: Double, x: Double, y: Double) -> AffineTransform {
    AffineTransform(a: scale, b: 0, c: x, d: 0, e: scale, f: y)
  }

  /// Turns a picture counter-clockwise by `degrees` about its middle, with the size of the result (§5.5).
  ///
  /// Whole pixel centres make a quarter turn miss the first row or column by one pixel, as in the peer.
  public static func rotation(degrees: Int, of size: PixelSize) -> (transform: AffineTransform, size: PixelSize) {
    let (cosine, sine) = circle(degrees)
    let (width, height) = (Double(size.width), Double(size.height))
    let newWidth = abs(cosine) * width + abs(sine) * height
    let newHeight = abs(sine) * width + abs(cosine) * height
    let transform = AffineTransform(
      a: cosine, b: sine, c: (1 - cosine) * width / 2 - sine * height / 2 + (newWidth - width) / 2,
      d: -sine, e: cosine, f: sine * width / 2 + (1 - cosine) * height / 2 + (newHeight - height) / 2)
    return (transform, PixelSize(width: Int(newWidth), height: Int(newHeight)))
  }

  /// Cosine and sine, exact at quarter turns.
  private static func circle(_ degrees: Int) -> (Double, Double) {
    switch ((degrees % 360) + 360) % 360 {
    case 0: return (1, 0)
    case 90: return (0, 1)
    case 180: return (-1, 0)
    case 270: return (0, -1)
    case let rest: return (cos(Double(rest) * .pi / 180), sin(Double(rest) * .pi / 180))
    }
  }
}

extension Box {
  /// The same box with sorted sides.
  public var normalized: Box { Box(x1: min(x1, x2), y1: min(y1, y2), x2: max(x1, x2), y2: max(y1, y2)) }
}

/// Points scaled by `factor` about the third one, the nose (§5.5).
public func scaleAboutNose<Number: BinaryFloatingPoint & SIMDScalar>(
  _ points: [SIMD2<Number>], by factor: Number
) -> [SIMD2<Number>] {
  precondition(points.count > 2, "five face points have a nose")
  let nose = points[2]
  return points.map { SIMD2(nose.x + ($0.x - nose.x) * factor, nose.y + ($0.y - nose.y) * factor) }
}

/// Half to even, within ±2^40.
func boundedInteger(_ value: Double) -> Int {
  value.isNaN ? 0 : Int(min(max(value, -0x1p40), 0x1p40).rounded(.toNearestOrEven))
}

import func Foundation.log

/// The similarity (rotation, one scale, shift) that maps five face points onto a template in a crop of this size.
///
/// The peer's RANSAC with its own random numbers: threshold 100 crop pixels, confidence 0.99, at most 2000 rounds, then
/// least squares over the inliers (spec vision §4). Points that coincide give a transform without extent.
public func estimateTransform(from points: [Point], template: WarpTemplate, cropSize: PixelSize) -> AffineTransform {
  let scale = Point(Float(cropSize.width), Float(cropSize.height))
  return estimateTransform(from: points, to: template.points.map { $0 * scale })
}

/// The same for any target points; both lists have the same length, at least two.
public func estimateTransform(from points: [Point], to targets: [Point]) -> AffineTransform {
  precondition(points.count == targets.count && points.count > 1, "a similarity needs two pairs of points or more")
  let pairs = zip(points, targets).map { PointPair(SIMD2<Double>($0), SIMD2<Double>($1)) }
  return leastSquares(consensus(pairs))
}

private struct PointPair {
  let from: SIMD2<Double>
  let to: SIMD2<Double>

  init(_ from: SIMD2<Double>, _ to: SIMD2<Double>) {
    self.from = from
    self.to = to
  }
}

/// The generator of OpenCV: a multiply with carry, started with all ones.
private struct CarryGenerator {
  private var state = UInt64.max

  mutating func next(below count: Int) -> Int {
    state = UInt64(UInt32(truncatingIfNeeded: state)) &* 4_164_903_690 &+ (state >> 32)
    return Int(UInt32(truncatingIfNeeded: state)) % count
  }
}

/// The largest set of pairs that one two-point similarity brings within 100 pixels; all of them if none does.
private func consensus(_ pairs: [PointPair]) -> [PointPair] {
  var generator = CarryGenerator()
  var best: [PointPair] = []
  var limit = 2000
  var round = 0
  while round < limit {
    round += 1
    let first = generator.next(below: pairs.count)
    var second = generator.next(below: pairs.count)
    while second == first { second = generator.next(below: pairs.count) }
    let model = leastSquares([pairs[first], pairs[second]])
    let inliers = pairs.filter { squaredError(model, $0) <= 10_000 }
    guard inliers.count > max(best.count, 1) else { continue }
    best = inliers
    let share = Double(inliers.count) / Double(pairs.count)
    if inliers.count == pairs.count {
      limit = 0
    } else {
      limit = min(limit, Int((log(0.01) / log(1 - share * share)).rounded(.toNearestOrEven)))
    }
  }
  return best.isEmpty ? pairs : best
}

private func squaredError(_ m: AffineTransform, _ pair: PointPair) -> Double {
  let error = m.apply(pair.from) - pair.to
  return (error * error).sum()
}

/// Least-squares similarity in closed form; for two pairs it is exact.
private func leastSquares(_ pairs: [PointPair]) -> AffineTransform {
  let count = Double(pairs.count)
  let from = pairs.reduce(SIMD2.zero) { $0 + $1.from } / count
  let to = pairs.reduce(SIMD2.zero) { $0 + $1.to } / count
  var (size, along, across) = (0.0, 0.0, 0.0)
  for pair in pairs {
    let (p, t) = (pair.from - from, pair.to - to)
    size += (p * p).sum()
    along += (p * t).sum()
    across += p.x * t.y - p.y * t.x
  }
  let (a, b) = size > 0 ? (along / size, across / size) : (0, 0)
  return AffineTransform(
    a: a, b: -b, c: to.x - a * from.x + b * from.y, d: b, e: a, f: to.y - b * from.x - a * from.y)
}

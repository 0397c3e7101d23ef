/// A whole pixel position.
public struct PixelPoint: Sendable, Hashable {
  public var x: Int
  public var y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// The convex hull of whole pixel positions, without points on its edges; one or two points for degenerate input.
///
/// Andrew's monotone chain, counter-clockwise in a y-down picture's mirror, from the leftmost point.
public func convexHull(_ points: [PixelPoint]) -> [PixelPoint] {
  let sorted = Set(points).sorted { $0.x != $1.x ? $0.x < $1.x : $0.y < $1.y }
  guard sorted.count > 2 else { return sorted }
  func chain(_ points: [PixelPoint]) -> [PixelPoint] {
    var hull: [PixelPoint] = []
    for point in points {
      while hull.count > 1, turn(hull[hull.count - 2], hull[hull.count - 1], point) <= 0 { hull.removeLast() }
      hull.append(point)
    }
    return hull.dropLast()
  }
  return chain(sorted) + chain(sorted.reversed())
}

private func turn(_ a: PixelPoint, _ b: PixelPoint, _ c: PixelPoint) -> Int {
  (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Fills a convex polygon (OpenCV `fillConvexPoly`, pixel-exact; spec vision §2.7).
///
/// The pixels are those of the row spans, in 16-bit fixed point, and those of every edge's line. Parts outside the
/// picture are cut off.
public func fillPolygon(_ polygon: [PixelPoint], in mask: inout PixelBufferF, value: Float = 1) {
  guard let first = polygon.first, mask.size.area > 0 else { return }
  let size = mask.size
  func set(_ x: Int, _ y: Int) {
    if x >= 0, y >= 0, x < size.width, y < size.height { mask[x, y] = value }
  }
  for (start, end) in zip(polygon, polygon.dropFirst() + [first]) {
    forEachLinePixel(start, end, set)
  }
  let top = polygon.map(\.y).min() ?? 0
  let bottom = polygon.map(\.y).max() ?? 0
  for y in max(top, 0)..<max(min(bottom, size.height), max(top, 0)) {
    guard let span = fixedSpan(polygon, y) else { continue }
    let left = max((span.left + 32768) >> 16, 0)
    let right = min((span.right + 32768) >> 16, size.width - 1)
    for x in stride(from: left, through: right, by: 1) { mask[x, y] = value }
  }
}

/// The two edges of a row in 1/65536 pixel.
private func fixedSpan(_ polygon: [PixelPoint], _ y: Int) -> (left: Int, right: Int)? {
  var positions: [Int] = []
  for (index, start) in polygon.enumerated() {
    let end = polygon[(index + 1) % polygon.count]
    let (upper, lower) = start.y <= end.y ? (start, end) : (end, start)
    guard upper.y <= y, y < lower.y else { continue }
    let height = lower.y - upper.y
    let step = ((lower.x - upper.x) * 131072 + height) / (2 * height)
    positions.append(upper.x * 65536 + (y - upper.y) * step)
  }
  guard let left = positions.min(), let right = positions.max() else { return nil }
  return (left, right)
}

/// The 8-connected line from the left to the right end; the minor coordinate rounded, halves towards the left end.
private func forEachLinePixel(_ a: PixelPoint, _ b: PixelPoint, _ body: (Int, Int) -> Void) {
  let (left, right) = a.x <= b.x ? (a, b) : (b, a)
  let (dx, dy) = (right.x - left.x, right.y - left.y)
  let steps = max(dx, abs(dy))
  guard steps > 0 else { return body(left.x, left.y) }
  for step in 0...steps {
    body(left.x + roundedShare(dx, step, steps), left.y + roundedShare(dy, step, steps))
  }
}

/// distance · step / steps to nearest, halves towards 0.
private func roundedShare(_ distance: Int, _ step: Int, _ steps: Int) -> Int {
  let size = (2 * abs(distance) * step + steps - 1) / (2 * steps)
  return distance < 0 ? -size : size
}

import Imaging

/// Fills closed polygons by the even-odd rule: a pixel centre is inside when an odd number of edges cross its row to the
/// right of it.
struct PolygonFill {
  private let points: UnsafePointer<Point3>
  private let corners: [Int]

  init(_ points: UnsafePointer<Point3>, _ corners: [Int]) {
    self.points = points
    self.corners = corners
  }

  /// The rows that the polygon can touch, within 0..<limit.
  func rows(limit: Int) -> Range<Int> {
    var low = Float.infinity
    var high = -Float.infinity
    for corner in corners {
      low = min(low, points[corner].y)
      high = max(high, points[corner].y)
    }
    let first = Int(min(max(low.rounded(.up), 0), Float(limit)))
    return first..<max(Int(min(max(high.rounded(.down) + 1, 0), Float(limit))), first)
  }

  /// The columns that the polygon can touch, within 0..<limit.
  func columns(limit: Int) -> Range<Int> {
    var low = Float.infinity
    var high = -Float.infinity
    for corner in corners {
      low = min(low, points[corner].x)
      high = max(high, points[corner].x)
    }
    let first = Int(min(max(low.rounded(.up), 0), Float(limit)))
    return first..<max(Int(min(max(high.rounded(.down) + 1, 0), Float(limit))), first)
  }

  /// Calls `body` with each run of inside pixels of a row, within 0..<side.
  @inline(__always)
  func runs(row: Int, side: Int, crossings: UnsafeMutablePointer<Float>, _ body: (Range<Int>) -> Void) {
    let count = cross(Float(row), into: crossings)
    var index = 0
    while index + 1 < count {
      let first = min(max(crossings[index].rounded(.up), 0), Float(side))
      let end = min(max(crossings[index + 1].rounded(.up), 0), Float(side))
      if first < end { body(Int(first)..<Int(end)) }
      index += 2
    }
  }

  /// Places where edges cross the row, in ascending order; `result` has room for one a corner.
  private func cross(_ y: Float, into result: UnsafeMutablePointer<Float>) -> Int {
    var count = 0
    var from = points[corners[corners.count - 1]]
    for corner in corners {
      let to = points[corner]
      if (from.y > y) != (to.y > y) {
        let x = (to.x - from.x) * (y - from.y) / (to.y - from.y) + from.x
        var place = count
        while place > 0, result[place - 1] > x {
          result[place] = result[place - 1]
          place -= 1
        }
        result[place] = x
        count += 1
      }
      from = to
    }
    return count
  }
}

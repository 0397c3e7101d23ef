import Imaging

/// Neighbouring pixels of a row that one triangle covers.
struct TriangleRun {
  let first: Int32
  /// One past the last.
  let end: Int32
  let triangle: Int32

  var columns: Range<Int> { Int(first)..<Int(end) }
}

/// Which triangle of a mesh is in front at each pixel of a picture, one row after the other.
///
/// A row's triangles are cut into spans. Where spans do not overlap, which is nearly everywhere, they are the answer; where
/// they do, depth decides pixel by pixel: 21 bits of depth above 10 bits of triangle number in one integer, so that
/// "nearest, on equal depth the lower number" is one minimum. Belongs to one worker.
final class MeshRaster {
  static let maximumTriangles = 1023
  private static let uncovered = Int32.max
  private static let depthBits: Int32 = 0x1F_FFFF

  /// Rows that any triangle touches; empty when none does.
  private(set) var rows = 0..<0
  /// Triangles that face the viewer and touch the picture.
  private(set) var visible: [Int32] = []
  private let planeMemory = Scratch<TrianglePlane>(maximumTriangles)
  /// The first triangle that begins at a row, and by triangle the next one that does; −1 ends the list.
  private let heads = Scratch<Int32>()
  private let links = Scratch<Int32>(maximumTriangles)
  /// Triangles that the row in hand crosses, from left to right.
  private let spans = Scratch<Span>(maximumTriangles)
  private var spanCount = 0
  private var nextRow = 0
  private let runMemory = Scratch<TriangleRun>()
  private let keys = Scratch<Int32>()

  private struct Span {
    var first: Int32
    var last: Int32
    var triangle: Int32
  }

  /// The plane of a triangle of ``visible``.
  func plane(_ triangle: Int32) -> TrianglePlane { planeMemory.base[Int(triangle)] }

  /// Takes the triangles that face the viewer (positive area); ``row(_:)`` begins anew.
  ///
  /// A pixel belongs to a triangle when none of its barycentric weights is below −10⁻⁹.
  /// - Parameter mesh: 478 points in pixels of a picture of `width` × `height`.
  func prepare(_ mesh: UnsafePointer<Point3>, width: Int, height: Int, topology: SwapTopology) {
    heads.reserve(height)
    heads.base.update(repeating: -1, count: height)
    keys.reserve(width + 16)
    // Spans that overlap can be cut into two runs each.
    runMemory.reserve(2 * MeshRaster.maximumTriangles + width)
    visible.removeAll(keepingCapacity: true)
    let (low, steps) = MeshRaster.depthRange(mesh)
    var (top, bottom) = (height, 0)
    for (number, corners) in topology.triangles.enumerated() {
      guard var plane = TrianglePlane(mesh, corners, width: width, height: height) else { continue }
      let z = SIMD3<Double>(SIMD3(mesh[Int(corners.x)].z, mesh[Int(corners.y)].z, mesh[Int(corners.z)].z))
      plane.setDepth((z - Double(low)) * steps + 1)
      planeMemory.base[number] = plane
      let number = Int32(truncatingIfNeeded: number)
      visible.append(number)
      links.base[Int(number)] = heads.base[plane.top]
      heads.base[plane.top] = number
      (top, bottom) = (min(top, plane.top), max(bottom, plane.bottom + 1))
    }
    rows = top..<max(bottom, top)
    (spanCount, nextRow) = (0, top)
  }

  /// The nearest depth of a mesh, and depth steps per unit.
  static func depthRange(_ mesh: UnsafePointer<Point3>) -> (low: Float, steps: Double) {
    var (low, high) = (Float.infinity, -Float.infinity)
    for index in 0..<SwapTopology.pointCount {
      low = min(low, mesh[index].z)
      high = max(high, mesh[index].z)
    }
    return (low, Double(depthBits - 3) / max(Double(high - low), 1e-6))
  }

  /// The runs of a row from left to right; rows must be asked for in ascending order. Valid until the next call.
  func row(_ row: Int) -> UnsafeBufferPointer<TriangleRun> {
    guard rows.contains(row), row >= nextRow else { return UnsafeBufferPointer(start: nil, count: 0) }
    for begun in nextRow...row { begin(begun) }
    nextRow = row + 1
    cut(row)
    return UnsafeBufferPointer(start: runMemory.base, count: resolve(row))
  }

  /// Takes up the triangles that begin at a row.
  private func begin(_ row: Int) {
    var number = heads.base[row]
    while number >= 0 {
      spans.base[spanCount] = Span(first: 0, last: 0, triangle: number)
      spanCount &+= 1
      number = links.base[Int(number)]
    }
  }

  /// Cuts the triangles with a row, drops those that have ended and puts the spans in order. The order changes little
  /// from row to row.
  private func cut(_ row: Int) {
    let (spans, planes) = (spans.base, planeMemory.base)
    var count = 0
    for index in 0..<spanCount {
      let number = spans[index].triangle
      let plane = planes + Int(number)
      guard plane.pointee.bottom >= row else { continue }
      let (first, last) = plane.pointee.columns(row)
      var place = count
      while place > 0, spans[place &- 1].first > first {
        spans[place] = spans[place &- 1]
        place &-= 1
      }
      spans[place] = Span(first: first, last: last, triangle: number)
      count &+= 1
    }
    spanCount = count
  }

  /// Turns spans into runs; returns their number.
  private func resolve(_ row: Int) -> Int {
    let (spans, runs) = (spans.base, runMemory.base)
    var count = 0
    var index = 0
    while index < spanCount {
      let span = spans[index]
      index &+= 1
      guard span.first <= span.last else { continue }
      var last = span.last
      let begin = index &- 1
      while index < spanCount, spans[index].first <= last {
        last = max(last, spans[index].last)
        index &+= 1
      }
      if index == begin &+ 1 {
        runs[count] = TriangleRun(first: span.first, end: span.last &+ 1, triangle: span.triangle)
        count &+= 1
      } else {
        count = compare(begin..<index, row, span.first, last, count)
      }
    }
    return count
  }

  /// Lets depth decide between overlapping spans, which together cover first…last; returns the number of runs.
  private func compare(_ group: Range<Int>, _ row: Int, _ first: Int32, _ last: Int32, _ runCount: Int) -> Int {
    let line = keys.base
    let width = Int(last &- first) &+ 1
    line.update(repeating: MeshRaster.uncovered, count: width)
    for index in group {
      let span = spans.base[index]
      guard span.first <= span.last else { continue }
      let depth = planeMemory.base[Int(span.triangle)].depth(row)
      for column in span.first...span.last {
        let steps = Float(depth.start + depth.slope * Double(column))
        let key = (Int32(truncatingIfNeeded: roundToInt(steps)) & MeshRaster.depthBits) &<< 10 | span.triangle
        let place = Int(column &- first)
        if key < line[place] { line[place] = key }
      }
    }
    var count = runCount
    var column = 0
    while column < width {
      let key = line[column]
      let begin = column
      repeat { column &+= 1 } while column < width && line[column] & 1023 == key & 1023
      guard key != MeshRaster.uncovered else { continue }
      runMemory.base[count] = TriangleRun(
        first: first &+ Int32(truncatingIfNeeded: begin), end: first &+ Int32(truncatingIfNeeded: column),
        triangle: key & 1023)
      count &+= 1
    }
    return count
  }
}

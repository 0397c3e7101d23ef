import Imaging

/// How open a soft-edged polygon (mouth, eye) is at each pixel of a picture: the polygon blurred by σ = 0.7 of a 112th of
/// the face's window; worked out only around the polygon.
///
/// Where the window has fewer than 112 pixels, a pixel counts with the part of it that the polygon covers.
final class OpeningMask {
  private(set) var rows = 0..<0
  private(set) var columns = 0..<0
  private var width = 0
  private let plane = Scratch<Float>()
  private let work = Scratch<Float>()
  private let line = Scratch<Float>()
  private let crossings = Scratch<Float>(64)
  private let finer = Scratch<Point3>(SwapTopology.pointCount)
  /// Kernels by density, made when first met.
  private var kernels: [Int: GaussianKernel] = [:]

  /// Value of row `y` at `columns.lowerBound`; `y` must be in ``rows``.
  func row(_ y: Int) -> UnsafePointer<Float> { UnsafePointer(plane.base + (y - rows.lowerBound) * width) }

  /// - Parameters:
  ///   - mesh: 478 points in pixels of a picture of `width` × `height`.
  ///   - density: pixels of the picture along the face's window.
  func draw(
    _ mesh: UnsafePointer<Point3>, _ corners: [Int], width pictureWidth: Int, height: Int, density: Double
  ) {
    let polygon = PolygonFill(mesh, corners)
    let kernel = kernel(for: density)
    (rows, columns) = OpeningMask.box(polygon, width: pictureWidth, height: height, radius: kernel.radius)
    guard !rows.isEmpty else { return }
    width = (columns.count + 7) / 8 * 8
    plane.reserve(width * rows.count)
    work.reserve(width * rows.count)
    line.reserve(width + 2 * kernel.radius + 8)
    plane.base.update(repeating: 0, count: width * rows.count)
    let parts = OpeningMask.parts(density)
    if parts == 1 {
      fill(polygon)
    } else {
      fill(mesh, corners, parts: parts)
    }
    kernel.blur(plane.base, width: width, height: rows.count, work: work.base, line: line.base)
  }

  /// Rows and columns of a picture that a polygon and its blur can touch; both empty when there are none.
  static func box(
    _ polygon: PolygonFill, width: Int, height: Int, radius: Int
  ) -> (rows: Range<Int>, columns: Range<Int>) {
    let rows = widened(polygon.rows(limit: height), radius + 1, height)
    let columns = widened(polygon.columns(limit: width), radius + 1, width)
    return rows.isEmpty || columns.isEmpty ? (0..<0, 0..<0) : (rows, columns)
  }

  /// Into how many pieces a pixel is cut along each axis.
  static func parts(_ density: Double) -> Int { min(max(Int((112 / density).rounded(.up)), 1), 8) }

  /// Pixels along the window that the blur is made for. Whole ones are fine enough; a face that comes nearer meets some
  /// hundred of them.
  static func blurSide(_ density: Double) -> Int { max(Int(density.rounded()), 1) }

  static func makeKernel(side: Int) -> GaussianKernel {
    GaussianKernel(sigma: 0.7 * Double(side) / Double(NetSamples.side))
  }

  private func fill(_ polygon: PolygonFill) {
    for y in rows {
      let start = plane.base + (y - rows.lowerBound) * width
      polygon.runs(row: y, side: columns.upperBound, crossings: crossings.base) { run in
        let run = run.clamped(to: columns)
        guard !run.isEmpty else { return }
        (start + (run.lowerBound - columns.lowerBound)).update(repeating: 1, count: run.count)
      }
    }
  }

  /// The same with each pixel cut into `parts`² pieces.
  private func fill(_ mesh: UnsafePointer<Point3>, _ corners: [Int], parts: Int) {
    let scale = Float(parts)
    for corner in corners {
      let point = mesh[corner]
      finer.base[corner] = Point3((point.x + 0.5) * scale - 0.5, (point.y + 0.5) * scale - 0.5, 0)
    }
    let polygon = PolygonFill(finer.base, corners)
    let piece = 1 / (scale * scale)
    for y in (rows.lowerBound * parts)..<(rows.upperBound * parts) {
      let start = plane.base + (y / parts - rows.lowerBound) * width
      polygon.runs(row: y, side: columns.upperBound * parts, crossings: crossings.base) { run in
        for x in run.clamped(to: (columns.lowerBound * parts)..<(columns.upperBound * parts)) {
          start[x / parts - columns.lowerBound] += piece
        }
      }
    }
  }

  private func kernel(for density: Double) -> GaussianKernel {
    let side = OpeningMask.blurSide(density)
    if let known = kernels[side] { return known }
    let made = OpeningMask.makeKernel(side: side)
    kernels[side] = made
    return made
  }

  private static func widened(_ range: Range<Int>, _ by: Int, _ limit: Int) -> Range<Int> {
    max(range.lowerBound - by, 0)..<min(range.upperBound + by, limit)
  }
}

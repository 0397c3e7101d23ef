import Imaging

/// How open a soft-edged polygon (mouth, eye) is at each pixel of a window: the polygon blurred by σ = 0.7 of a 112th of
/// the window; worked out only around the polygon.
final class OpeningMask {
  private(set) var rows = 0..<0
  private(set) var columns = 0..<0
  private var width = 0
  private let plane = Scratch<Float>()
  private let work = Scratch<Float>()
  private let line = Scratch<Float>()
  private let crossings = Scratch<Float>(64)
  /// Kernels by window side; a handful in a run, made when first met.
  private var kernels: [Int: GaussianKernel] = [:]

  /// Value of row `y` at `columns.lowerBound`; `y` must be in ``rows``.
  func row(_ y: Int) -> UnsafePointer<Float> { UnsafePointer(plane.base + (y - rows.lowerBound) * width) }

  func draw(_ mesh: UnsafePointer<Point3>, _ corners: [Int], side: Int) {
    let polygon = PolygonFill(mesh, corners)
    let kernel = kernel(for: side)
    rows = OpeningMask.widened(polygon.rows(side: side), kernel.radius, side)
    columns = OpeningMask.widened(polygon.columns(side: side), kernel.radius, side)
    guard !rows.isEmpty, !columns.isEmpty else {
      (rows, columns) = (0..<0, 0..<0)
      return
    }
    width = (columns.count + 7) / 8 * 8
    plane.reserve(width * rows.count)
    work.reserve(width * rows.count)
    line.reserve(width + 2 * kernel.radius + 8)
    plane.base.update(repeating: 0, count: width * rows.count)
    for y in polygon.rows(side: side) {
      let start = plane.base + (y - rows.lowerBound) * width
      polygon.runs(row: y, side: side, crossings: crossings.base) { run in
        (start + (run.lowerBound - columns.lowerBound)).update(repeating: 1, count: run.count)
      }
    }
    kernel.blur(plane.base, width: width, height: rows.count, work: work.base, line: line.base)
  }

  private func kernel(for side: Int) -> GaussianKernel {
    if let known = kernels[side] { return known }
    let made = GaussianKernel(sigma: 0.7 * Double(side) / Double(NetSamples.side))
    kernels[side] = made
    return made
  }

  private static func widened(_ range: Range<Int>, _ by: Int, _ side: Int) -> Range<Int> {
    range.isEmpty ? 0..<0 : max(range.lowerBound - by, 0)..<min(range.upperBound + by, side)
  }
}

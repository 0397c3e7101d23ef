import Foundation

/// A separable Gaussian of radius ⌊3σ⌋ + 1 with zeros outside the picture.
struct GaussianKernel: Sendable {
  let radius: Int
  /// 2 · radius + 1 weights that add up to 1.
  let weights: [Float]

  init(sigma: Double) {
    let radius = Int(3 * sigma) + 1
    let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = raw.reduce(0, +)
    self.radius = radius
    weights = raw.map { Float($0 / sum) }
  }

  /// Blurs `plane` in place.
  ///
  /// - Parameters:
  ///   - width: floats in a row, a multiple of 8; rows follow each other without gaps.
  ///   - step: floats from one pixel to the next in a row.
  ///   - work: room for `width * height` floats.
  ///   - line: room for `width + 2 * radius * step + 8` floats.
  func blur(
    _ plane: UnsafeMutablePointer<Float>, width: Int, height: Int, step: Int = 1, work: UnsafeMutablePointer<Float>,
    line: UnsafeMutablePointer<Float>
  ) {
    let margin = radius * step
    line.update(repeating: 0, count: width + 2 * margin + 8)
    weights.withUnsafeBufferPointer { weights in
      guard let taps = weights.baseAddress else { return }
      for y in 0..<height {
        let first = max(-radius, -y)
        let last = min(radius, height - 1 - y)
        let source = UnsafeRawPointer(plane + (y + first) * width)
        column(source, taps + (first + radius), last - first + 1, width, into: work + y * width)
      }
      for y in 0..<height {
        (line + margin).update(from: work + y * width, count: width)
        row(UnsafeRawPointer(line), taps, width, step, into: plane + y * width)
      }
    }
  }

  /// One row of the vertical pass: the weighted sum of `count` rows from `source` on.
  @inline(__always)
  private func column(
    _ source: UnsafeRawPointer, _ taps: UnsafePointer<Float>, _ count: Int, _ width: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    var x = 0
    while x < width {
      var sum = Float8.zero
      var place = source + x * 4
      for tap in 0..<count {
        sum.addProduct(place.loadUnaligned(as: Float8.self), Float8(repeating: taps[tap]))
        place += width * 4
      }
      UnsafeMutableRawPointer(result + x).storeBytes(of: sum, as: Float8.self)
      x += 8
    }
  }

  /// One row of the horizontal pass; `line` has the margin in front.
  @inline(__always)
  private func row(
    _ line: UnsafeRawPointer, _ taps: UnsafePointer<Float>, _ width: Int, _ step: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    var x = 0
    while x < width {
      var sum = Float8.zero
      var place = line + x * 4
      for tap in 0...(2 * radius) {
        sum.addProduct(place.loadUnaligned(as: Float8.self), Float8(repeating: taps[tap]))
        place += step * 4
      }
      UnsafeMutableRawPointer(result + x).storeBytes(of: sum, as: Float8.self)
      x += 8
    }
  }
}

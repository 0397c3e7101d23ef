import Imaging
import TestSupport
import Testing

import func Foundation.exp

@testable import Processors

/// What is read along frame rows from the coarse grids of a window that lies turned in the frame.
@Suite struct WindowRowTests {
  static let transforms = [
    AffineTransform(a: 0.11, b: 0, c: -0.4, d: 0, e: 0.11, f: -0.4),
    AffineTransform(a: 0.09, b: 0.05, c: -3, d: -0.05, e: 0.09, f: 4),
    AffineTransform(a: -0.12, b: 0.31, c: 20, d: -0.31, e: -0.12, f: 33.5),
    AffineTransform(a: 0, b: 0.25, c: 1, d: -0.25, e: 0, f: 28),
    AffineTransform(a: 0.9, b: -1.3, c: 5, d: 1.3, e: 0.9, f: -20),
  ]

  /// Bilinear, edges repeated.
  private func plain(_ values: [Float], _ cells: Int, stride: Int, _ place: SIMD2<Double>) -> Double {
    let last = Double(cells - 1)
    let (x, y) = (min(max(place.x, 0), last), min(max(place.y, 0), last))
    let (i, j) = (min(Int(x), cells - 2), min(Int(y), cells - 2))
    let (fx, fy) = (x - Double(i), y - Double(j))
    func at(_ i: Int, _ j: Int) -> Double { Double(values[j * stride + i]) }
    return (at(i, j) * (1 - fx) + at(i + 1, j) * fx) * (1 - fy)
      + (at(i, j + 1) * (1 - fx) + at(i + 1, j + 1) * fx) * fy
  }

  @Test(arguments: transforms)
  func gainsAreThePowersOfTheBilinearLogGains(_ transform: AffineTransform) {
    var generator = SeededGenerator(seed: 3)
    let grid = (0..<LightGrid.cells).map { _ in Float4(generator.unit() * 2 - 1, generator.unit() * 4 - 2, 0.5, 0) }
    var row = [Float4](repeating: .zero, count: 300)
    var worst = 0.0
    for y in [0, 1, 40, 111, 250] {
      GainRow(transform: transform).expand(grid, y: y, 5..<295, into: &row)
      for x in 5..<295 {
        let place = transform.apply(SIMD2(Double(x), Double(y)))
        for channel in 0..<3 {
          let log = plain(grid.map { $0[channel] }, 28, stride: 28, place)
          worst = max(worst, abs(Double(row[x][channel]) * 255 / exp(log / 2.2) - 1))
        }
      }
    }
    #expect(worst < 2e-4)
  }

  @Test(arguments: transforms)
  func softRowsAreBilinear(_ transform: AffineTransform) {
    var generator = SeededGenerator(seed: 5)
    var soft = [Float](repeating: 0, count: SoftRow.stride * SoftRow.stride)
    for y in 0..<112 { for x in 0..<112 { soft[y * SoftRow.stride + x] = generator.unit() } }
    var row = [Float](repeating: -1, count: 320)
    let reach = SoftReach()
    reach.fill(soft, transform: transform, least: 0.25)
    var worst = 0.0
    for y in [0, 3, 77, 200] {
      SoftRow(transform: transform, reach: reach).expand(soft, y: y, 8..<300, least: 0.25, into: &row)
      for x in 8..<300 {
        let value = plain(soft, 112, stride: SoftRow.stride, transform.apply(SIMD2(Double(x), Double(y))))
        // Near the least value either side is right.
        guard abs(value - 0.25) > 1e-3 else { continue }
        worst = max(worst, abs(Double(row[x]) - (value < 0.25 ? 0 : value)))
      }
    }
    #expect(worst < 2e-3)
    #expect(row[0..<8].allSatisfy { $0 == -1 })
  }

  /// A disc with a soft edge: inside, outside and across the edge, and beyond the window.
  @Test(arguments: transforms)
  func whereAllIsFullOrEmptyRowsAreBilinearToo(_ transform: AffineTransform) {
    var soft = [Float](repeating: 0, count: SoftRow.stride * SoftRow.stride)
    for y in 0..<112 {
      for x in 0..<112 {
        let (dx, dy) = (Float(x) - 50, Float(y) - 40)
        soft[y * SoftRow.stride + x] = min(max((40 - (dx * dx + dy * dy).squareRoot()) / 4, 0), 1)
      }
    }
    let reach = SoftReach()
    reach.fill(soft, transform: transform, least: 1 / 1024)
    var row = [Float](repeating: -1, count: 1008)
    var (worst, full, empty) = (0.0, 0, 0)
    for y in stride(from: 0, to: 1000, by: 37) {
      SoftRow(transform: transform, reach: reach).expand(soft, y: y, 0..<1000, least: 1 / 1024, into: &row)
      for x in 0..<1000 {
        let value = plain(soft, 112, stride: SoftRow.stride, transform.apply(SIMD2(Double(x), Double(y))))
        guard abs(value - 1 / 1024) > 1e-4 else { continue }
        worst = max(worst, abs(Double(row[x]) - (value < 1 / 1024 ? 0 : value)))
        full += row[x] == 1 ? 1 : 0
        empty += row[x] == 0 ? 1 : 0
      }
    }
    #expect(worst < 2e-3)
    #expect(full > 5)
    #expect(empty > 1000)
  }

  @Test func placesOfAnAreaAreThoseOfTheReference() {
    let window = FaceWindow(side: 224, transform: AffineTransform(a: 2, b: 0, c: -100, d: 0, e: 2, f: -60))
    let place = WindowPlace(window, area: PixelRectangle(x1: 48, y1: 32, x2: 160, y2: 140))
    // Pixel (12, 18) of the area is (60, 50) of the frame and (20, 40) of the window.
    let grid = place.grid(cells: 28).apply(SIMD2(12.0, 18.0))
    #expect(abs(grid.x - (20.5 * 28 / 224 - 0.5)) < 1e-9)
    #expect(abs(grid.y - (40.5 * 28 / 224 - 0.5)) < 1e-9)
  }
}

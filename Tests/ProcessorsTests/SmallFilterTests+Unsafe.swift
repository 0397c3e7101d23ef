import Foundation
import Imaging
import TestSupport
import Testing

@testable import Processors

/// Each small filter against its plain formula.
@Suite struct SmallFilterTests {
  private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.unit() }
  }

  @Test(arguments: [(3.2, 112, 112, 1), (1.6, 112, 112, 1), (4.4, 28, 28, 4), (0.9, 40, 17, 1)])
  func gaussianIsTheConvolution(_ sigma: Double, _ width: Int, _ height: Int, _ step: Int) {
    let kernel = GaussianKernel(sigma: sigma)
    #expect(kernel.radius == Int(3 * sigma) + 1)
    let original = noise(width * height * step, seed: 3)
    var plane = original
    var work = [Float](repeating: 0, count: plane.count)
    var line = [Float](repeating: 9, count: width * step + 2 * kernel.radius * step + 8)
    kernel.blur(&plane, width: width * step, height: height, step: step, work: &work, line: &line)
    let weights = (-kernel.radius...kernel.radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = weights.reduce(0, +)
    func expected(_ x: Int, _ y: Int, _ channel: Int) -> Double {
      var value = 0.0
      for dy in -kernel.radius...kernel.radius where (0..<height).contains(y + dy) {
        for dx in -kernel.radius...kernel.radius where (0..<width).contains(x + dx) {
          let weight = weights[dy + kernel.radius] * weights[dx + kernel.radius] / (sum * sum)
          value += weight * Double(original[((y + dy) * width + x + dx) * step + channel])
        }
      }
      return value
    }
    for (x, y) in [(0, 0), (width / 2, height / 2), (width - 1, 3), (5, height - 1)] {
      for channel in 0..<step {
        #expect(abs(Double(plane[(y * width + x) * step + channel]) - expected(x, y, channel)) < 1e-5)
      }
    }
  }

  @Test func polygonIsEvenOddAtPixelCentres() {
    // A star, so that its middle is outside by the even-odd rule.
    let corners = (0..<5).map { index in
      let angle = Double(index) * 4 * .pi / 5
      return Point3(Float(56 + 50 * sin(angle)), Float(56 - 50 * cos(angle)), 0)
    }
    var crossings = [Float](repeating: 0, count: 8)
    var rows = [UInt128](repeating: 0, count: 112)
    corners.withUnsafeBufferPointer { points in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let points = points.baseAddress, let base = rows.baseAddress else { return }
        NetBits(rows: base).fill(PolygonFill(points, Array(0..<5)), crossings: &crossings)
      }
    }
    func isInside(_ x: Float, _ y: Float) -> Bool {
      var inside = false
      for index in 0..<5 {
        let (a, b) = (corners[index], corners[(index + 1) % 5])
        if (a.y > y) != (b.y > y), x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
      }
      return inside
    }
    var wrong = 0
    for y in 0..<112 {
      for x in 0..<112 where (rows[y] >> UInt128(x) & 1 == 1) != isInside(Float(x), Float(y)) { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(rows[56] >> 56 & 1 == 0)
  }

  @Test func erosionsAreMinimaOverTheirShapes() {
    let random = noise(112 * 112, seed: 5).map { $0 < 0.995 }
    func at(_ x: Int, _ y: Int) -> Bool { (0..<112).contains(x) && (0..<112).contains(y) && random[y * 112 + x] }
    let memory = Scratch<UInt128>(336)
    let (source, square, disc) = (
      NetBits(rows: memory.base), NetBits(rows: memory.base + 112), NetBits(rows: memory.base + 224)
    )
    source.clear()
    for y in 0..<112 { for x in 0..<112 where at(x, y) { source.rows[y] |= UInt128(1) << UInt128(x) } }
    source.eroded3(into: square)
    source.erodedDisc(into: disc)
    var round: [SIMD2<Int>] = []
    for dy in -5...5 { for dx in -5...5 where dx * dx + dy * dy <= 27 { round.append(SIMD2(dx, dy)) } }
    var wrong = 0
    for y in 0..<112 {
      for x in 0..<112 {
        let inSquare = (-1...1).allSatisfy { dy in (-1...1).allSatisfy { dx in at(x + dx, y + dy) } }
        if square.isSet(x, y) != inSquare { wrong += 1 }
        if disc.isSet(x, y) != round.allSatisfy({ at(x + $0.x, y + $0.y) }) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: [112, 160, 200, 333, 512])
  func areaMeanWeighsPixelsByTheirShare(_ side: Int) {
    let window = noise(side * side, seed: 7).map { Float4($0, 1 - $0, $0 * $0, 0) }
    var result = [Float4](repeating: .zero, count: 113 * 113)
    var work = [Float4](repeating: .zero, count: side)
    AreaMean.reduce(
      window, side: side, columns: 0..<112, rows: 0..<112, filled: Array(repeating: 0..<side, count: side),
      into: &result,
      work: &work)
    let cell = Double(side) / 112
    for (column, row) in [(0, 0), (111, 111), (50, 20), (3, 99)] {
      var sum = SIMD4<Double>.zero
      for y in 0..<side {
        let height = min(Double(row + 1) * cell, Double(y + 1)) - max(Double(row) * cell, Double(y))
        guard height > 0 else { continue }
        for x in 0..<side {
          let width = min(Double(column + 1) * cell, Double(x + 1)) - max(Double(column) * cell, Double(x))
          if width > 0 { sum += SIMD4<Double>(window[y * side + x]) * width * height }
        }
      }
      let difference = SIMD4<Double>(result[row * 113 + column]) - sum / (cell * cell)
      #expect((difference * difference).sum().squareRoot() < 1e-5)
    }
    #expect(result[50 * 113 + 112] == result[50 * 113 + 111])
    #expect(result[112 * 113 + 7] == result[111 * 113 + 7])
  }

  @Test(arguments: [1, 2, 3, 50, 1237])
  func quartilesAreThoseOfTheSortedList(_ count: Int) {
    var values = noise(count, seed: UInt64(count)).map { ($0 * 40).rounded() / 40 }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Float {
      let position = share * Double(count - 1)
      let low = Int(position)
      let high = min(low + 1, count - 1)
      return sorted[low] + (sorted[high] - sorted[low]) * Float(position - Double(low))
    }
    let quartiles = Quartiles(&values, count: count)
    #expect(abs(quartiles.low - quantile(0.25)) < 1e-6)
    #expect(abs(quartiles.middle - quantile(0.5)) < 1e-6)
    #expect(abs(quartiles.high - quantile(0.75)) < 1e-6)
  }

  @Test func fastMathIsCloseToTheLibrary() {
    var (worstLinear, worstDisplay, worstPower) = (0.0, 0.0, 0.0)
    for step in 0..<1000 {
      let value = Float(1e-4) + Float(step) / 1000
      let limited = Double(min(value, 1))
      let linear = Double(FastMath.linear(Float8(repeating: value))[3])
      worstLinear = max(worstLinear, abs(linear / pow(limited, 2.2) - 1))
      let display = Double(FastMath.display(Float4(repeating: value))[1])
      worstDisplay = max(worstDisplay, abs(display / pow(limited, 1 / 2.2) - 1))
      let exponent = Float(step) / 100 - 5
      let power = Double(FastMath.exp(Float8(repeating: exponent))[0])
      worstPower = max(worstPower, abs(power / exp(Double(exponent)) - 1))
    }
    // Nothing is exact by chance over a thousand values, and nothing is off by more than a few units of the last place.
    #expect(worstLinear > 0 && worstLinear < 4e-6)
    #expect(worstDisplay > 0 && worstDisplay < 3e-6)
    #expect(worstPower > 0 && worstPower < 3e-6)
  }
}

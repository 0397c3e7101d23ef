import Foundation
import Imaging
import Testing

@testable import Safeguards

@Suite struct WatermarkMathTests {
  private func plane(_ width: Int, _ height: Int) -> [Float] {
    var draw = TestRandom(state: 9)
    return (0..<width * height).map { _ in Float(draw.signed()) }
  }

  private func plainWave(_ plane: [Float], _ width: Int, across: Double, down: Double) -> (Double, Double) {
    var (re, im) = (0.0, 0.0)
    for (index, value) in plane.enumerated() {
      let angle = -2 * Double.pi * (Double(index % width) * across + Double(index / width) * down)
      re += Double(value) * cos(angle)
      im += Double(value) * sin(angle)
    }
    return (re, im)
  }

  @Test func powerSpectrumIsThatOfThePlainSum() {
    let plane = plane(20, 13)
    let spectrum = PowerSpectrum(plane, width: 20, height: 13)
    #expect(spectrum.across == 32 && spectrum.down == 32 && spectrum.values.count == 17 * 32)
    for (x, y) in [(0, 0), (1, 0), (5, 7), (16, 31), (9, 16)] {
      let (re, im) = plainWave(plane, 20, across: Double(x) / 32, down: Double(y) / 32)
      #expect(abs(Double(spectrum.values[y * 17 + x]) - re * re - im * im) < 1e-3)
    }
  }

  @Test func wavesOfAnyPeriodAreThoseOfThePlainSum() {
    let plane = plane(40, 37)
    var spectrum = WatermarkSpectrum(plane, width: 40, height: 37)
    let waves = spectrum.waves(across: 51.3, down: 48.9)
    for index in stride(from: 0, to: waves.count, by: 23) {
      let (k, l) = WatermarkChips.waves[index]
      let (re, im) = plainWave(plane, 40, across: Double(k) / 51.3, down: Double(l) / 48.9)
      #expect(abs(Double(waves[index].re) - re) < 1e-2 && abs(Double(waves[index].im) - im) < 1e-2)
    }
  }

  @Test func boxMeanRepeatsTheRim() {
    let plane = plane(9, 7)
    let mean = boxMean(plane, width: 9, height: 7, radius: 2)
    for y in 0..<7 {
      for x in 0..<9 {
        var sum: Float = 0
        for dy in -2...2 {
          for dx in -2...2 { sum += plane[max(0, min(6, y + dy)) * 9 + max(0, min(8, x + dx))] }
        }
        #expect(abs(mean[y * 9 + x] - sum / 25) < 1e-5)
      }
    }
  }

  @Test func tilesAreEvenAndGrowWithThePicture() throws {
    let chips = WatermarkChips(key: try testKey(3))
    let tile = WatermarkTile(chips: chips, id: WatermarkID(value: 77), period: 128)
    let squares = tile.values.reduce(0) { $0 + Double($1) * Double($1) } / Double(tile.values.count)
    #expect(abs(squares.squareRoot() - Double(WatermarkTile.unit)) < 0.5)
    #expect(abs(tile.values.reduce(0) { $0 + Int($1) }) < 128 * 128 / 10)
    for (width, height, period) in [(64, 64, 128), (1920, 1080, 128), (1080, 1920, 128), (3840, 2160, 256)] {
      #expect(WatermarkTile.period(for: PixelSize(width: width, height: height)) == period)
    }
  }

  @Test func strengthKeepsToTheBudget() {
    let strength = WatermarkStrength()
    var levels = [Float](repeating: 0, count: WatermarkStrength.classes)
    for spread in [[0], [0, 40, 200], [270], [5, 6, 7, 100]] {
      var counts = [Int32](repeating: 0, count: WatermarkStrength.classes)
      for index in spread { counts[index] = 50 }
      strength.levels(counts, into: &levels)
      let power = zip(levels, counts).reduce(Float(0)) { $0 + $1.0 * $1.0 * Float($1.1) }
      #expect(power / Float(50 * spread.count) <= WatermarkStrength.budget)
      #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(levels[0] <= WatermarkStrength.mostWhenFlat + 1e-3 && levels[0] >= WatermarkStrength.least)
    }
  }
}

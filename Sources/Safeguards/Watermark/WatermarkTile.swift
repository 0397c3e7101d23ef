import Foundation
import Imaging

/// One period of the pattern that is laid over the whole picture.
struct WatermarkTile {
  /// Steps of ``values`` in one standard deviation of the pattern.
  static let unit: Float = 24

  /// Width and height in pixels, a multiple of 32.
  let period: Int
  /// Rows of the pattern, ``unit`` steps a standard deviation, -127…127.
  let values: [Int16]

  /// The tile's period for a picture: 128 pixels up to 1080 lines, above in proportion, so that a large picture made
  /// smaller keeps the waves that a small one has.
  static func period(for size: PixelSize) -> Int {
    let lines = Double(min(size.width, size.height))
    return max(4, Int((lines * 128 / 1080 / 32).rounded())) * 32
  }

  init(chips: WatermarkChips, id: WatermarkID, period: Int) {
    self.period = period
    let values = chips.values(of: id)
    let turn = (0..<period).map { 2 * Double.pi * Double($0) / Double(period) }
    let cosines = turn.map { Float(cos($0)) }
    let sines = turn.map { Float(sin($0)) }
    var plane = [Float](repeating: 0, count: period * period)
    for y in 0..<period {
      var column = [(re: Float, im: Float)](repeating: (0, 0), count: WatermarkChips.highest + 1)
      for (wave, value) in zip(WatermarkChips.waves, values) {
        let at = ((wave.l * y) % period + period) % period
        column[wave.k].re += value.cosine * cosines[at] - value.sine * sines[at]
        column[wave.k].im += value.cosine * sines[at] + value.sine * cosines[at]
      }
      for x in 0..<period {
        var sum: Float = 0
        for k in column.indices {
          let at = k * x % period
          sum += column[k].re * cosines[at] - column[k].im * sines[at]
        }
        plane[y * period + x] = sum
      }
    }
    // Every wave has the power 1: (cos² + sin²) · 2 chips / 2.
    let scale = Self.unit / Float(values.count).squareRoot()
    self.values = plane.map { Int16(max(-127, min(127, ($0 * scale).rounded()))) }
  }
}

import Foundation

/// A complex number.
struct Wave: Sendable {
  var re: Float
  var im: Float

  var power: Float { re * re + im * im }

  static func * (a: Wave, b: Wave) -> Wave { Wave(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re) }

  var conjugate: Wave { Wave(re: re, im: -im) }

  init(re: Float, im: Float) {
    self.re = re
    self.im = im
  }

  /// e^(2πi·turns)
  init(turns: Double) {
    re = Float(cos(2 * .pi * turns))
    im = Float(sin(2 * .pi * turns))
  }
}

/// The tile's waves in a plane, for any period: exact sums, no resampling. All tiles of the picture are folded into one
/// by it.
struct WatermarkSpectrum {
  private let plane: [Float]
  let width: Int
  let height: Int
  /// The sums down each column for one vertical period: cosine and sine parts of the waves 0…18.
  private var period = 0.0
  private var cosines: [Float]
  private var sines: [Float]

  init(_ plane: [Float], width: Int, height: Int) {
    self.plane = plane
    self.width = width
    self.height = height
    cosines = [Float](repeating: 0, count: (WatermarkChips.highest + 1) * width)
    sines = cosines
  }

  /// Σ plane·e^(-2πi(k·x/across + l·y/down)) for every wave of the tile.
  mutating func waves(across: Double, down: Double) -> [Wave] {
    if down != period { sumColumns(down) }
    let highest = WatermarkChips.highest
    let turns = (0...highest).map { k in (0..<width).map { Wave(turns: -Double(k * $0) / across) } }
    return cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        WatermarkChips.waves.map { wave in
          let re = cosines.baseAddress! + abs(wave.l) * width
          let im = sines.baseAddress! + abs(wave.l) * width
          // Columns hold Σ v·cos and Σ v·sin; the wave down is cos - i·sin for l ≥ 0 and its mirror image below.
          let sign: Float = wave.l < 0 ? 1 : -1
          return turns[wave.k].withUnsafeBufferPointer { turn in
            var sum = Wave(re: 0, im: 0)
            for x in 0..<width {
              let (a, b, t) = (re[x], sign * im[x], turn[x])
              sum.re += a * t.re - b * t.im
              sum.im += a * t.im + b * t.re
            }
            return sum
          }
        }
      }
    }
  }

  private mutating func sumColumns(_ down: Double) {
    period = down
    let (width, height) = (self.width, self.height)
    for index in cosines.indices {
      cosines[index] = 0
      sines[index] = 0
    }
    plane.withUnsafeBufferPointer { plane in
      cosines.withUnsafeMutableBufferPointer { cosines in
        sines.withUnsafeMutableBufferPointer { sines in
          for y in 0..<height {
            let row = plane.baseAddress! + y * width
            for l in 0...WatermarkChips.highest {
              let turn = Wave(turns: Double(l * y) / down)
              Self.accumulate(row, turn, cosines.baseAddress! + l * width, sines.baseAddress! + l * width, width)
            }
          }
        }
      }
    }
  }

  private static func accumulate(
    _ row: UnsafePointer<Float>, _ turn: Wave, _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    var x = 0
    while x < count {
      re[x] += row[x] * turn.re
      im[x] += row[x] * turn.im
      x += 1
    }
  }
}

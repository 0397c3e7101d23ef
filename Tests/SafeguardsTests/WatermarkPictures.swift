import Foundation
import Imaging

@testable import Safeguards

/// Grey test pictures and what can happen to them, all computed here.
struct TestPicture {
  var width: Int
  var height: Int
  var values: [Double]

  init(width: Int, height: Int, _ value: (Int, Int) -> Double) {
    self.width = width
    self.height = height
    values = (0..<width * height).map { value($0 % width, $0 / width) }
  }

  /// Soft hills, a few edges, and grain: what photographs are made of.
  static func textured(_ width: Int, _ height: Int, seed: UInt64 = 1, grain: Double = 8) -> TestPicture {
    var draw = TestRandom(state: seed)
    let noise = (0..<width * height).map { _ in draw.signed() * grain }
    return TestPicture(width: width, height: height) { x, y in
      let hills = 40 * sin(Double(x) / 19 + Double(seed)) + 30 * cos(Double(y) / 27)
      let edge = (x / 60 + y / 75) % 2 == 0 ? 14.0 : -14
      return 125 + hills + edge + noise[y * width + x]
    }
  }

  /// The luma of a frame in steps of 8 bits.
  init(_ frame: Frame) {
    let interleaved = frame.format.layout == .interleavedRGB
    let step = interleaved ? (frame.format.hasAlpha ? 4 : 3) : 1
    let scale = pow(2, Double(8 - frame.format.bitDepth))
    self.init(width: frame.size.width, height: frame.size.height) { x, y in
      let plane = frame.planes[0]
      let sample = frame.format.bitDepth > 8 ? Int(plane.row16(y)[x * step]) : Int(plane.row8(y)[x * step])
      return Double(sample) * scale
    }
  }

  func frame(_ format: PixelFormat = PixelFormat(layout: .gray, bitDepth: 8)) -> Frame {
    let frame = Frame(size: PixelSize(width: width, height: height), format: format)
    let scale = pow(2, Double(format.bitDepth - 8))
    for (index, plane) in frame.planes.enumerated() {
      let channels = plane.width == 0 ? 1 : (format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1)
      for y in 0..<plane.height {
        for x in 0..<plane.width * channels {
          let value = index == 0 ? values[y * width + x / channels] : 90
          let sample = max(0, min(Double(format.maximum), (value * scale).rounded()))
          if format.bitDepth > 8 { plane.row16(y)[x] = UInt16(sample) } else { plane.row8(y)[x] = UInt8(sample) }
        }
      }
    }
    return frame
  }

  /// Decibels, of 255.
  func psnr(to other: TestPicture) -> Double {
    let error = zip(values, other.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(values.count)
    return 10 * log10(255 * 255 / max(error, 1e-9))
  }

  func crop(_ left: Int, _ top: Int, _ width: Int, _ height: Int) -> TestPicture {
    TestPicture(width: width, height: height) { values[($1 + top) * self.width + $0 + left] }
  }

  /// Half the size, the mean of four.
  func halved() -> TestPicture {
    TestPicture(width: width / 2, height: height / 2) { (x: Int, y: Int) -> Double in
      let at = 2 * y * width + 2 * x
      let upper: Double = values[at] + values[at + 1]
      let lower: Double = values[at + width] + values[at + width + 1]
      return (upper + lower) / 4
    }
  }

  func mapped(_ change: (Double) -> Double) -> TestPicture {
    TestPicture(width: width, height: height) { change(values[$1 * width + $0]) }
  }

  func noisy(_ strength: Double, seed: UInt64) -> TestPicture {
    var draw = TestRandom(state: seed)
    return mapped { $0 + draw.signed() * strength }
  }

  func mirrored() -> TestPicture {
    TestPicture(width: width, height: height) { values[$1 * width + width - 1 - $0] }
  }

  func turned() -> TestPicture {
    TestPicture(width: height, height: width) { values[(height - 1 - $0) * width + $1] }
  }

  /// What JPEG does to luma: cosine transforms of 8 × 8, coefficients rounded to steps that grow with frequency.
  func compressed(step: Double) -> TestPicture {
    let basis: [[Double]] = (0..<8).map { (k: Int) -> [Double] in
      let scale: Double = k == 0 ? 0.125.squareRoot() : 0.5
      return (0..<8).map { (n: Int) -> Double in
        let angle: Double = Double.pi * Double((2 * n + 1) * k) / 16
        return scale * cos(angle)
      }
    }
    var result = self
    for top in stride(from: 0, through: height - 8, by: 8) {
      for left in stride(from: 0, through: width - 8, by: 8) {
        var block = [Double](repeating: 0, count: 64)
        for at in 0..<64 { block[at] = values[(top + at / 8) * width + left + at % 8] }
        block = Self.product(basis, block, transposed: false)
        for at in 0..<64 {
          let size = step * (1 + 0.25 * Double(at / 8 + at % 8))
          block[at] = (block[at] / size).rounded() * size
        }
        block = Self.product(basis, block, transposed: true)
        for at in 0..<64 {
          result.values[(top + at / 8) * width + left + at % 8] = max(0, min(255, block[at].rounded()))
        }
      }
    }
    return result
  }

  private static func product(_ basis: [[Double]], _ block: [Double], transposed: Bool) -> [Double] {
    func once(_ block: [Double]) -> [Double] {
      var out = [Double](repeating: 0, count: 64)
      for k in 0..<8 {
        for column in 0..<8 {
          var sum = 0.0
          for n in 0..<8 { sum += (transposed ? basis[n][k] : basis[k][n]) * block[n * 8 + column] }
          // Written on its side: twice once is rows and columns, upright again.
          out[column * 8 + k] = sum
        }
      }
      return out
    }
    return once(once(block))
  }
}

/// A small generator of its own, the same everywhere.
struct TestRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// -1…1
  mutating func signed() -> Double { Double(next()) / Double(1 << 30) - 1 }
}

func testKey(_ seed: UInt64) throws -> WatermarkKey {
  var draw = TestRandom(state: seed)
  return try WatermarkKey(bytes: (0..<32).map { _ in UInt8(truncatingIfNeeded: draw.next() >> 12) })
}

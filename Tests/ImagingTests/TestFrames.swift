import Imaging
import Testing

import func Foundation.cos
import func Foundation.sin

/// A small generator with a fixed start, so that every run sees the same pictures.
struct TestNoise: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// A format with the way to read its numbers, for parameterised tests.
struct FormatCase: CustomTestStringConvertible, Sendable {
  var format: PixelFormat
  var color: ColorDescription

  var testDescription: String {
    "\(format.layout) \(format.bitDepth) bit alpha \(format.hasAlpha) matrix \(color.matrixCode) full \(color.isFullRange)"
  }

  private static func yuv(_ sx: Int, _ sy: Int, _ bits: Int, _ matrix: Int, _ full: Bool, alpha: Bool = false)
    -> FormatCase
  {
    FormatCase(
      format: PixelFormat(layout: .planarYUV(chromaShiftX: sx, chromaShiftY: sy), bitDepth: bits, hasAlpha: alpha),
      color: ColorDescription(matrixCode: matrix, isFullRange: full))
  }

  static let all: [FormatCase] = [
    yuv(1, 1, 8, 1, false), yuv(1, 1, 8, 6, true), yuv(1, 1, 10, 9, false), yuv(1, 0, 8, 1, false),
    yuv(1, 0, 12, 1, true), yuv(0, 0, 8, 5, false), yuv(0, 0, 16, 1, true), yuv(2, 0, 8, 2, false),
    yuv(1, 1, 8, 1, false, alpha: true),
    FormatCase(format: .rgb8, color: .init()), FormatCase(format: .rgba8, color: .init()),
    FormatCase(format: .rgb16, color: .init()), FormatCase(format: .rgba16, color: .init()),
    FormatCase(format: PixelFormat(layout: .gray, bitDepth: 8), color: ColorDescription(isFullRange: true)),
    FormatCase(format: PixelFormat(layout: .gray, bitDepth: 16), color: .init()),
  ]
}

/// Frame with smooth gradients and noise in every plane, all codes in range.
func makeTestFrame(_ width: Int, _ height: Int, _ format: FormatCase, seed: UInt64 = 1) -> Frame {
  let frame = Frame(size: PixelSize(width: width, height: height), format: format.format, color: format.color)
  var noise = TestNoise(seed)
  let maximum = frame.format.maximum
  let channels = frame.format.layout == .interleavedRGB ? (frame.format.hasAlpha ? 4 : 3) : 1
  for (index, plane) in frame.planes.enumerated() {
    for y in 0..<plane.height {
      for x in 0..<plane.width * channels {
        let gradient = (x * 7 + y * 11 + index * 40) * maximum / 2000 % maximum
        let value = (gradient + Int.random(in: 0...maximum / 3, using: &noise)) % (maximum + 1)
        PlainReference.setSample(frame, plane: index, x: x, y: y, to: value)
      }
    }
  }
  return frame
}

/// Window of random display values.
func makeTestWindow(_ side: Int, seed: UInt64) -> FloatWindow {
  var window = FloatWindow(side: side)
  var noise = TestNoise(seed)
  for index in window.storage.indices {
    window.storage[index] = SIMD4(
      Float.random(in: 0...1, using: &noise), Float.random(in: 0...1, using: &noise),
      Float.random(in: 0...1, using: &noise), 0)
  }
  return window
}

/// Turned, scaled window placement.
func makeTransform(degrees: Double, scale: Double, x: Double, y: Double) -> AffineTransform {
  let angle = degrees * .pi / 180
  let (c, s) = (cos(angle) * scale, sin(angle) * scale)
  return AffineTransform(a: c, b: s, c: x, d: -s, e: c, f: y)
}

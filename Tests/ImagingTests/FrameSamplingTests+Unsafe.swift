import Imaging
import Testing

@Suite struct FrameSamplingTests {
  static let placements = [
    makeTransform(degrees: 0, scale: 1, x: 0, y: 0), makeTransform(degrees: 17, scale: 0.63, x: -8.3, y: 4.4),
    makeTransform(degrees: -130, scale: 1.7, x: 60, y: 55), makeTransform(degrees: 90, scale: 0.2, x: -3, y: 20),
  ]

  private func position(_ m: AffineTransform, _ x: Int, _ y: Int) -> (Double, Double) {
    let inverse = m.inverted
    return (
      inverse.a * Double(x) + inverse.b * Double(y) + inverse.c,
      inverse.d * Double(x) + inverse.e * Double(y) + inverse.f
    )
  }

  @Test(arguments: FormatCase.all, placements)
  func windowEqualsThePlainVersion(format: FormatCase, m: AffineTransform) {
    let frame = makeTestFrame(61, 47, format)
    var window = FloatWindow(side: 29)
    frame.sample(m, into: &window)
    var worst = 0.0
    for y in 0..<29 {
      for x in 0..<29 {
        let (px, py) = position(m, x, y)
        let expected = PlainReference.color(frame, px, py)
        for channel in 0..<3 { worst = max(worst, abs(Double(window[x, y][channel]) - expected[channel])) }
        #expect(window[x, y].w == 0)
      }
    }
    #expect(worst < 1e-4)
  }

  @Test(arguments: FormatCase.all, [BorderMode.constant, .replicate])
  func tensorEqualsThePlainVersion(format: FormatCase, border: BorderMode) {
    let frame = makeTestFrame(40, 33, format, seed: 3)
    let m = makeTransform(degrees: 25, scale: 0.5, x: 3, y: 9)
    let size = PixelSize(width: 27, height: 21)
    let scale = SIMD3<Float>(1 / 127.5, 1 / 100, 1 / 50)
    let bias = SIMD3<Float>(-1, 0.25, 3)
    for order in [ChannelOrder.rgb, .bgr] {
      for layout in [TensorLayout.planar, .interleaved] {
        var tensor = [Float](repeating: .nan, count: 3 * size.area)
        tensor.withUnsafeMutableBufferPointer {
          frame.sampleTensor(
            m, size: size, order: order, layout: layout, scale: scale, bias: bias, border: border, into: $0)
        }
        var worst = 0.0
        for y in 0..<size.height {
          for x in 0..<size.width {
            let (px, py) = position(m, x, y)
            let share = border == .constant ? PlainReference.coverage(frame.size, px, py) : 1
            let color = PlainReference.color(frame, px, py)
            for channel in 0..<3 {
              let value = color[order == .rgb ? channel : 2 - channel] * share * 255
              let expected = value * Double(scale[channel]) + Double(bias[channel])
              let pixel = y * size.width + x
              let got = tensor[layout == .planar ? channel * size.area + pixel : pixel * 3 + channel]
              worst = max(worst, abs(Double(got) - expected))
            }
          }
        }
        #expect(worst < 2e-3)
      }
    }
  }

  @Test(arguments: [(1, 1), (1, 7), (2, 2), (3, 1), (9, 2)])
  func tinyFramesAreRead(width: Int, height: Int) {
    for format in FormatCase.all {
      let frame = makeTestFrame(width, height, format, seed: 9)
      for side in [3, 11] {
        let m = makeTransform(degrees: 10, scale: 2, x: 1, y: 1)
        var window = FloatWindow(side: side)
        frame.sample(m, into: &window)
        var worst = 0.0
        for y in 0..<side {
          for x in 0..<side {
            let (px, py) = position(m, x, y)
            let expected = PlainReference.color(frame, px, py)
            for channel in 0..<3 { worst = max(worst, abs(Double(window[x, y][channel]) - expected[channel])) }
          }
        }
        #expect(worst < 1e-4, "\(format.testDescription)")
      }
    }
  }

  @Test func wildMatricesStayInside() {
    let frame = makeTestFrame(20, 20, FormatCase.all[0])
    var window = FloatWindow(side: 16)
    for m in [
      AffineTransform(a: 0, b: 0, c: 0, d: 0, e: 0, f: 0), AffineTransform(a: .nan, b: 0, c: 0, d: 0, e: 1, f: 0),
      AffineTransform(a: 1e-200, b: 0, c: 1, d: 0, e: 1e-200, f: 0),
      AffineTransform(a: 1, b: 0, c: .infinity, d: 0, e: 1, f: 0),
    ] {
      frame.sample(m, into: &window)
      #expect(window.storage.allSatisfy { $0.x >= 0 && $0.x <= 1 && $0.y >= 0 && $0.y <= 1 })
    }
  }

  @Test func windowKeepsItsMemory() {
    var window = FloatWindow(side: 64)
    window.resize(side: 16)
    #expect(window.side == 16)
    #expect(window.storage.count == 64 * 64)
    window.resize(side: 80)
    #expect(window.storage.count >= 80 * 80)
    let frame = makeTestFrame(10, 10, FormatCase.all[0])
    window.resize(side: 0)
    frame.sample(.identity, into: &window)
    #expect(window.side == 0)
  }
}

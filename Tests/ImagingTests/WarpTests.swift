import Imaging
import TestSupport
import Testing

@Suite struct WarpTests {
  private let picture = SyntheticFrame.picture(.noise(seed: 4), size: PixelSize(width: 41, height: 33))

  /// Double precision, written from the definition.
  private func plain(
    _ image: PixelBuffer<Double>, _ m: AffineTransform, _ size: PixelSize, _ border: BorderMode,
    _ place: (Double) -> Double
  ) -> [Double] {
    let inverse = m.inverted
    var result: [Double] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        let p = inverse.apply(SIMD2(Double(x), Double(y)))
        let (px, py) = (place(p.x), place(p.y))
        let (i, j) = (Int(px.rounded(.down)), Int(py.rounded(.down)))
        let (fx, fy) = (px - Double(i), py - Double(j))
        for channel in 0..<image.channels {
          func tap(_ x: Int, _ y: Int) -> Double {
            let inside = x >= 0 && y >= 0 && x < image.width && y < image.height
            if !inside && border == .constant { return 0 }
            return image[min(max(x, 0), image.width - 1), min(max(y, 0), image.height - 1), channel]
          }
          result.append(
            (tap(i, j) * (1 - fx) + tap(i + 1, j) * fx) * (1 - fy)
              + (tap(i, j + 1) * (1 - fx) + tap(i + 1, j + 1) * fx) * fy)
        }
      }
    }
    return result
  }

  private var doubles: PixelBuffer<Double> {
    PixelBuffer(size: picture.size, channels: 3, samples: picture.samples.map { Double($0) })
  }

  static let transforms = [
    makeTransform(degrees: 33, scale: 1.4, x: 5, y: 20), makeTransform(degrees: -100, scale: 0.4, x: 3, y: 1),
    makeTransform(degrees: 0, scale: 1, x: 0.5, y: -3.25),
  ]

  @Test(arguments: transforms, [BorderMode.constant, .replicate])
  func exactTypesFollowTheDefinition(m: AffineTransform, border: BorderMode) {
    let size = PixelSize(width: 37, height: 29)
    let expected = plain(doubles, m, size, border) { $0 }
    let floats = PixelBufferF(size: picture.size, channels: 3, samples: picture.samples.map { Float($0) })
    let float = warp(floats, m, to: size, border: border).samples.map { Double($0) }
    #expect(Difference(float, expected).isWithin(maximum: 0.01, mean: 0.001))
    let byte = warp(picture, m, to: size, border: border).samples.map { Double($0) }
    #expect(Difference(byte, expected.map { $0.rounded(.toNearestOrEven) }).isWithin(maximum: 1, mean: 0.002))
  }

  @Test(arguments: transforms, [BorderMode.constant, .replicate])
  func doublesAreSampledOnTheGrid(m: AffineTransform, border: BorderMode) {
    let size = PixelSize(width: 30, height: 31)
    let got = warp(doubles, m, to: size, border: border).samples
    // Cutting to 1/32 after adding half of it moves a position by up to 1/64 and a rounding in 1/1024.
    let expected = plain(doubles, m, size, border) { $0 }
    #expect(Difference(got, expected).isWithin(maximum: 255 / 16, mean: 4))
    let onGrid = plain(doubles, m, size, border) { (($0 * 1024 + 16) / 32).rounded(.down) / 32 }
    #expect(Difference(got, onGrid).mean < 0.5)
  }

  @Test func identityCopies() {
    #expect(warp(picture, .identity, to: picture.size) == picture)
    #expect(warp(picture, .identity, to: picture.size, border: .replicate) == picture)
    #expect(warp(doubles, .identity, to: picture.size) == doubles)
  }

  @Test func singularAndWildMatricesAreHarmless() {
    let zero = AffineTransform(a: 0, b: 0, c: 9, d: 0, e: 0, f: 9)
    let wild = AffineTransform(a: .nan, b: 1, c: .infinity, d: 0, e: 1e300, f: 0)
    for m in [zero, wild] {
      let size = PixelSize(width: 5, height: 4)
      let result = warp(picture, m, to: size, border: .replicate)
      #expect(result[4, 3, 1] == picture[0, 0, 1])
      #expect(warp(doubles, m, to: size).samples.allSatisfy { $0 >= 0 && $0 <= 255 })
    }
  }

  @Test(arguments: [(1, 1), (1, 6), (6, 1)])
  func thinPictures(width: Int, height: Int) {
    let image = SyntheticFrame.picture(.gradient, size: PixelSize(width: width, height: height), channels: 4)
    let m = AffineTransform(a: 1, b: 0, c: 1, d: 0, e: 1, f: 1)
    let size = PixelSize(width: width + 2, height: height + 2)
    let constant = warp(image, m, to: size)
    #expect(constant[0, 0, 2] == 0)
    #expect(constant[1, 1, 2] == image[0, 0, 2])
    let replicated = warp(image, m, to: size, border: .replicate)
    #expect(replicated[0, 0, 3] == image[0, 0, 3])
    #expect(replicated[width + 1, height + 1, 0] == image[width - 1, height - 1, 0])
    let empty = PixelBuffer8(size: PixelSize(width: 0, height: 0), channels: 3, repeating: 0)
    #expect(warp(empty, m, to: size).samples.allSatisfy { $0 == 0 })
  }

  /// The peer's arithmetic, one pixel after the other.
  @Test(arguments: [3, 1])
  func eightBitValuesAreExactInside(channels: Int) {
    let image = SyntheticFrame.picture(
      .noise(seed: 9), size: PixelSize(width: 61, height: 47), channels: channels)
    let m = makeTransform(degrees: 21, scale: 1.7, x: -30, y: 11)
    let size = PixelSize(width: 70, height: 53)
    let result = warp(image, m, to: size)
    let back = m.inverted
    var inside = 0
    for y in 0..<size.height {
      for x in 0..<size.width {
        let sx = (Float(y) * Float(back.b) + Float(back.c)).addingProduct(Float(back.a), Float(x))
        let sy = (Float(y) * Float(back.e) + Float(back.f)).addingProduct(Float(back.d), Float(x))
        let (i, j) = (Int(sx.rounded(.down)), Int(sy.rounded(.down)))
        guard i >= 0, j >= 0, i < image.width - 1, j < image.height - 1 else { continue }
        let (fx, fy) = (sx - Float(i), sy - Float(j))
        inside += 1
        for channel in 0..<channels {
          func row(_ j: Int) -> Float {
            let left = Float(image[i, j, channel])
            return left.addingProduct(Float(image[i + 1, j, channel]) - left, fx)
          }
          let value = row(j).addingProduct(row(j + 1) - row(j), fy)
          #expect(result[x, y, channel] == UInt8(value.rounded(.toNearestOrEven)))
        }
      }
    }
    #expect(inside > 1000)
  }
}

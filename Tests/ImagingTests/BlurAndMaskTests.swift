import Imaging
import TestSupport
import Testing

import func Foundation.exp

@Suite struct BlurAndMaskTests {
  /// Direct two-dimensional sum in double precision.
  private func plainBlur(_ image: PixelBufferF, sigma: Double) -> [Double] {
    let radius = (Int((sigma * 8 + 1).rounded(.toNearestOrEven)) | 1) / 2
    let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let total = weights.reduce(0, +)
    func mirror(_ index: Int, _ length: Int) -> Int {
      var index = index
      while length > 1, index < 0 || index >= length {
        index = index < 0 ? -index : 2 * (length - 1) - index
      }
      return length > 1 ? index : 0
    }
    var result: [Double] = []
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<image.channels {
          var sum = 0.0
          for (dy, wy) in zip(-radius...radius, weights) {
            for (dx, wx) in zip(-radius...radius, weights) {
              sum +=
                wy * wx
                * Double(image[mirror(x + dx, image.width), mirror(y + dy, image.height), channel])
            }
          }
          result.append(sum / (total * total))
        }
      }
    }
    return result
  }

  @Test(arguments: [(19, 13, 1), (7, 21, 3), (1, 5, 1), (9, 1, 2)])
  func floatBlurFollowsTheDefinition(width: Int, height: Int, channels: Int) {
    let image = SyntheticFrame.floatPicture(
      .noise(seed: 2), size: PixelSize(width: width, height: height), channels: channels)
    let got = gaussianBlur(image, sigma: 1.3).samples.map { Double($0) }
    #expect(Difference(got, plainBlur(image, sigma: 1.3)).isWithin(maximum: 1e-5))
  }

  @Test func byteBlurHasTheMeasuredWeights() {
    var image = PixelBuffer8(size: PixelSize(width: 31, height: 31), channels: 1, repeating: 0)
    image[15, 15] = 255
    let weights = [1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1]
    let result = gaussianBlur(image, sigma: 2)
    for y in 0..<13 {
      for x in 0..<13 {
        #expect(Int(result[9 + x, 9 + y]) == (255 * weights[x] * weights[y] + 32768) >> 16)
      }
    }
    #expect(result[8, 15] == 0)
    let flat = PixelBuffer8(size: PixelSize(width: 5, height: 4), channels: 3, repeating: 77)
    #expect(gaussianBlur(flat, sigma: 3.7) == flat)
    #expect(gaussianBlur(flat, sigma: 0) == flat)
  }

  /// Values measured on the peer (spec vision §35).
  @Test(arguments: [
    (128, [(0, 0.072971), (8, 0.458236), (16, 0.943178)]), (256, [(0, 0.051335), (16, 0.396277), (32, 0.922466)]),
    (512, [(0, 0.048338), (32, 0.386189), (64, 0.918500)]),
  ])
  func boxMaskCheckValues(size: Int, values: [(Int, Double)]) {
    var cache = BoxMaskCache()
    let mask = cache.mask(size: size, blur: 0.3)
    for (column, expected) in values {
      #expect(abs(Double(mask[column, size / 2]) - expected) < 2e-6)
      #expect(abs(Double(mask[size / 2, size - 1 - column]) - expected) < 2e-6)
    }
    #expect(cache.mask(size: size, blur: 0.3) == mask)
    #expect(abs(Double(mask[size / 2, size / 2]) - 1) < 1e-6)
  }

  @Test func boxMaskSum() {
    let sum = boxMask(size: 256, blur: 0.3).samples.reduce(0.0) { $0 + Double($1) }
    #expect(abs(sum - 47546.383) < 0.1)
  }

  @Test func boxMaskPadding() {
    let mask = boxMask(size: 100, blur: 0, padding: MaskPadding(top: 10, right: 20, bottom: 0, left: 3))
    for y in 0..<100 {
      for x in 0..<100 {
        let inside = y >= 10 && x < 80 && y < 99 && x >= 3
        #expect(mask[x, y] == (inside ? 1 : 0))
      }
    }
    let nothing = boxMask(size: 20, blur: 0, padding: MaskPadding(top: 60, bottom: 60))
    #expect(nothing.samples.allSatisfy { $0 == 0 })
    #expect(boxMask(size: 0, blur: 0.3).samples.isEmpty)
  }

  @Test func cacheForgetsTheOldest() {
    var cache = BoxMaskCache()
    for size in 10..<30 { #expect(cache.mask(size: size, blur: 0.5) == boxMask(size: size, blur: 0.5)) }
    #expect(cache.mask(size: 10, blur: 0.5) == boxMask(size: 10, blur: 0.5))
  }

  @Test func masksAreCombinedByTheirMinimum() {
    let size = PixelSize(width: 2, height: 2)
    let a = PixelBufferF(size: size, channels: 1, samples: [0.5, 1.5, -1, 0.25])
    let b = PixelBufferF(size: size, channels: 1, samples: [0.75, 2, 1, 0.125])
    #expect(combineMasks([a, b]).samples == [0.5, 1, 0, 0.125])
    #expect(combineMasks([a]).samples == [0.5, 1, 0, 0.25])
  }

  @Test func areaMaskLiesInsideItsHull() {
    var points = [Point](repeating: Point(50, 50), count: 68)
    for index in 48..<68 {
      let t = Float(index - 48)
      points[index] = Point(50 + (t < 10 ? t * 4 - 20 : 20 - (t - 10) * 4) + 0.7, 60 + (t < 10 ? 0 : 18) + 0.3)
    }
    let mask = areaMask(points: points, areas: [.mouth], size: 100)
    #expect(mask[50, 69] > 0.5)
    #expect(mask[50, 30] == 0)
    #expect(mask[5, 69] == 0)
    #expect(areaMask(points: points, areas: [], size: 40).samples.allSatisfy { $0 == 0 })
  }

  @Test func erosionTakesTheCross() {
    var mask = PixelBufferF(size: PixelSize(width: 7, height: 7), channels: 1, repeating: 1)
    mask[3, 3] = 0
    let once = erode(mask)
    #expect(once.samples.filter { $0 == 0 }.count == 5)
    #expect(once[3, 2] == 0 && once[2, 2] == 1)
    #expect(erode(mask, iterations: 2).samples.filter { $0 == 0 }.count == 13)
    #expect(erode(mask, iterations: 0) == mask)
  }

  @Test func weightedSumRoundsHalfToEven() {
    let size = PixelSize(width: 4, height: 1)
    let a = PixelBuffer8(size: size, channels: 1, samples: [1, 3, 255, 10])
    let b = PixelBuffer8(size: size, channels: 1, samples: [2, 4, 255, 0])
    #expect(weightedSum(a, 0.5, b, 0.5).samples == [2, 4, 255, 5])
    #expect(weightedSum(a, 2, b, -1).samples == [0, 2, 255, 20])
    #expect(blend(a, b, amount: 1) == b)
    #expect(blend(a, b, amount: 0) == a)
  }
}

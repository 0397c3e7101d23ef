import Imaging
import TestSupport
import Testing

@Suite struct ResizeTests {
  private let picture = SyntheticFrame.picture(.noise(seed: 8), size: PixelSize(width: 24, height: 18))

  private func floats(_ image: PixelBuffer8) -> PixelBufferF {
    PixelBufferF(size: image.size, channels: image.channels, samples: image.samples.map { Float($0) })
  }

  @Test(arguments: [ResizeMode.bilinear, .area, .cubic])
  func sameSizeIsACopy(mode: ResizeMode) {
    #expect(resize(picture, to: picture.size, mode: mode) == picture)
    #expect(resize(floats(picture), to: picture.size, mode: mode) == floats(picture))
  }

  @Test(arguments: [ResizeMode.bilinear, .area, .cubic])
  func flatStaysFlat(mode: ResizeMode) {
    let flat = PixelBuffer8(size: PixelSize(width: 13, height: 9), channels: 3, repeating: 201)
    for (width, height) in [(5, 4), (13, 5), (40, 31), (1, 1), (26, 18), (7, 30)] {
      let result = resize(flat, to: PixelSize(width: width, height: height), mode: mode)
      #expect(result.samples.allSatisfy { abs(Int($0) - 201) <= 1 })
      let float = resize(floats(flat), to: PixelSize(width: width, height: height), mode: mode)
      #expect(float.samples.allSatisfy { abs($0 - 201) < 1e-3 })
    }
  }

  @Test(arguments: [(11, 7), (50, 40), (24, 9), (25, 18)])
  func bilinearFollowsTheDefinition(width: Int, height: Int) {
    let size = PixelSize(width: width, height: height)
    let sx = Double(picture.width) / Double(width)
    let sy = Double(picture.height) / Double(height)
    var expected: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          expected.append(
            PlainReference.bilinear(
              picture.width, picture.height, (Double(x) + 0.5) * sx - 0.5, (Double(y) + 0.5) * sy - 0.5
            ) { Double(picture[$0, $1, channel]) })
        }
      }
    }
    let float = resize(floats(picture), to: size).samples.map { Double($0) }
    #expect(Difference(float, expected).isWithin(maximum: 1e-3))
    let byte = resize(picture, to: size).samples.map { Double($0) }
    #expect(Difference(byte, expected).isWithin(maximum: 1.01, mean: 0.4))
  }

  @Test func halvingIsTheRoundedMeanOfFour() {
    let size = PixelSize(width: 12, height: 9)
    for mode in [ResizeMode.bilinear, .area] {
      let result = resize(picture, to: size, mode: mode)
      let float = resize(floats(picture), to: size, mode: mode)
      for y in 0..<9 {
        for x in 0..<12 {
          let sum = (0..<4).reduce(0) { $0 + Int(picture[2 * x + $1 % 2, 2 * y + $1 / 2, 1]) }
          #expect(Int(result[x, y, 1]) == (sum + 2) >> 2)
          #expect(float[x, y, 1] == Float(sum) / 4)
        }
      }
    }
  }

  @Test func areaShrinkingKeepsTheMean() {
    let result = resize(floats(picture), to: PixelSize(width: 7, height: 5), mode: .area)
    let mean = picture.samples.reduce(0.0) { $0 + Double($1) } / Double(picture.samples.count)
    let got = result.samples.reduce(0.0) { $0 + Double($1) } / Double(result.samples.count)
    #expect(abs(mean - got) < 1e-3)
    let third = resize(picture, to: PixelSize(width: 8, height: 6), mode: .area)
    let sum = (0..<9).reduce(0) { $0 + Int(picture[3 + $1 % 3, 6 + $1 / 3, 0]) }
    #expect(Int(third[1, 2, 0]) == Int((Double(sum) / 9).rounded(.toNearestOrEven)))
  }

  @Test func wholeEnlargementByAreaRepeatsPixels() {
    let result = resize(picture, to: PixelSize(width: 72, height: 36), mode: .area)
    for y in 0..<36 { for x in 0..<72 { #expect(result[x, y, 2] == picture[x / 3, y / 2, 2]) } }
  }

  @Test func cubicKeepsAStraightRamp() {
    let ramp = PixelBufferF(size: PixelSize(width: 16, height: 1), channels: 1, samples: (0..<16).map { Float($0) })
    let result = resize(ramp, to: PixelSize(width: 32, height: 1), mode: .cubic)
    for x in 6..<26 { #expect(abs(result[x, 0] - (Float(x) + 0.5) / 2 + 0.5) < 0.05) }
  }

  @Test func emptySizesGiveEmptyPictures() {
    #expect(resize(picture, to: PixelSize(width: 0, height: 5)).samples.isEmpty)
    let empty = PixelBuffer8(size: PixelSize(width: 0, height: 0), channels: 3, repeating: 0)
    #expect(resize(empty, to: PixelSize(width: 2, height: 2)).samples == Array(repeating: 0, count: 12))
  }
}

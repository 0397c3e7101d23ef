import Imaging
import TestSupport
import Testing

@Suite struct ColorTests {
  private func pixel(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> PixelBuffer8 {
    PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, samples: [red, green, blue])
  }

  /// Values of the CIE definition (D65): L 100, 53.2, 87.7, 32.3, 0 and their a and b.
  @Test(
    arguments: [
      ([255, 255, 255], [255, 128, 128]), ([255, 0, 0], [136, 208, 195]), ([0, 255, 0], [224, 42, 211]),
      ([0, 0, 255], [82, 207, 20]), ([0, 0, 0], [0, 128, 128]), ([128, 128, 128], [137, 128, 128]),
    ] as [([UInt8], [UInt8])])
  func knownLabColours(rgb: [UInt8], lab: [UInt8]) {
    let result = labColors(pixel(rgb[0], rgb[1], rgb[2]))
    for (got, expected) in zip(result.samples, lab) { #expect(abs(Int(got) - Int(expected)) <= 1) }
  }

  /// Measured on the peer, whose cube roots are cut to single precision; exact ones give 21, 37, 103.
  @Test func cubeRootsAreCut() {
    #expect(labToRGB(labColors(pixel(21, 36, 103))).samples == [24, 36, 103])
  }

  @Test func labRoundTripIsClose() {
    let image = SyntheticFrame.picture(.noise(seed: 3), size: PixelSize(width: 40, height: 40))
    let back = labToRGB(labColors(image))
    #expect(Difference(back.samples, image.samples).mean < 1.5)
    let gray = PixelBuffer8(
      size: PixelSize(width: 16, height: 16), channels: 3, samples: (0..<768).map { UInt8($0 / 3) })
    #expect(Difference(labToRGB(labColors(gray)).samples, gray.samples).isWithin(maximum: 2))
  }

  @Test(
    arguments: [
      ([255, 0, 0], [0, 255, 255]), ([0, 255, 0], [60, 255, 255]), ([0, 0, 255], [120, 255, 255]),
      ([255, 0, 255], [150, 255, 255]), ([90, 90, 90], [0, 0, 90]), ([0, 0, 0], [0, 0, 0]),
      ([200, 100, 100], [0, 127, 200]),
    ] as [([UInt8], [UInt8])])
  func knownHues(rgb: [UInt8], hsv: [UInt8]) {
    #expect(hsvColors(pixel(rgb[0], rgb[1], rgb[2])).samples == hsv)
  }

  @Test func agreementOfHistograms() {
    let a = SyntheticFrame.picture(.gradient, size: PixelSize(width: 32, height: 32))
    let b = SyntheticFrame.picture(.plain([0.1, 0.9, 0.2]), size: PixelSize(width: 32, height: 32))
    #expect(abs(histogramAgreement(a, a) - 1) < 1e-12)
    #expect(histogramAgreement(a, b) < 0.7)
    #expect(histogramAgreement(a, b) == histogramAgreement(b, a))
  }

  @Test(arguments: [(64, 64), (37, 50), (90, 17)])
  func equalisationStretchesADarkPlane(width: Int, height: Int) {
    var plane = PixelBuffer8(size: PixelSize(width: width, height: height), channels: 1, repeating: 0)
    for y in 0..<height { for x in 0..<width { plane[x, y] = UInt8(10 + (x * 3 + y * 5) % 20) } }
    let result = equalizeAdaptively(plane)
    let range = (result.samples.max() ?? 0) - (result.samples.min() ?? 0)
    #expect(range > 20)
    let flat = PixelBuffer8(size: plane.size, channels: 1, repeating: 90)
    let even = equalizeAdaptively(flat)
    #expect(Set(even.samples).count <= 2)
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 2), (9, 8)])
  func equalisationTakesTinyPlanes(width: Int, height: Int) {
    let plane = SyntheticFrame.picture(.gradient, size: PixelSize(width: width, height: height), channels: 1)
    #expect(equalizeAdaptively(plane).size == plane.size)
  }
}

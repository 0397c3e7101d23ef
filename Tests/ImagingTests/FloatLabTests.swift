import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct FloatLabTests {
  private func picture(_ values: [Float]) -> PixelBufferF {
    PixelBufferF(size: PixelSize(width: values.count / 3, height: 1), channels: 3, samples: values)
  }

  /// The formula of CIE (D65), for one B, G, R colour.
  private func lab(_ bgr: [Float]) -> [Double] {
    let light = bgr.map { code -> Double in
      let code = Double(code)
      return code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4)
    }
    let (blue, green, red) = (light[0], light[1], light[2])
    func f(_ t: Double) -> Double { t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116 }
    let x = f((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.950456)
    let y = f(0.212671 * red + 0.715160 * green + 0.072169 * blue)
    let z = f((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.088754)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }

  /// At the lattice's own colours nothing is lost but the last whole number: 100/2¹⁴ and 256/2¹⁴.
  @Test func latticeColoursAreThoseOfTheFormula() {
    for step in [0, 1, 5, 16, 31, 32] {
      for other in [0, 7, 32] {
        let bgr = [Float(step) / 32, Float(other) / 32, Float(32 - step) / 32]
        let (got, expected) = (labFromBGR(picture(bgr)).samples, lab(bgr))
        #expect(abs(Double(got[0]) - expected[0]) < 0.0031)
        #expect(abs(Double(got[1]) - expected[1]) < 0.0079)
        #expect(abs(Double(got[2]) - expected[2]) < 0.0079)
      }
    }
  }

  /// Between them the colour is the mix of its neighbours at places of 1/512: here half way along red alone.
  @Test func betweenThemItIsMixed() {
    let (low, high) = (
      labFromBGR(picture([0.5, 0.25, 0.5])).samples, labFromBGR(picture([0.5, 0.25, 0.53125])).samples
    )
    let middle = labFromBGR(picture([0.5, 0.25, 0.515625])).samples
    let further = labFromBGR(picture([0.5, 0.25, 0.516])).samples
    for index in 0..<3 {
      #expect(abs(middle[index] - (low[index] + high[index]) / 2) < 0.016)
      #expect(further[index] == middle[index])
    }
  }

  @Test func thereAndBack() {
    var random = SeededGenerator(seed: 8)
    let values = (0..<3000).map { _ in Float.random(in: 0...1, using: &random) }
    let back = bgrFromLab(labFromBGR(picture(values)))
    #expect(Difference(back.samples, values).isWithin(maximum: 0.02, mean: 0.002))
  }

  @Test func theWayBackIsTheFormula() {
    for bgr in [[0.2, 0.4, 0.9], [1, 1, 1], [0, 0, 0], [0.01, 0.02, 0.015], [0.9, 0.1, 0.3]] as [[Float]] {
      let back = bgrFromLab(picture(lab(bgr).map { Float($0) })).samples
      #expect(Difference(back, bgr).isWithin(maximum: 2e-4))
    }
  }

  @Test func oddValuesAreCut() {
    let lab = labFromBGR(picture([-1, 2, .nan, .infinity, 1, 1]))
    #expect(Array(lab.samples[0..<3]) == Array(labFromBGR(picture([0, 1, 0])).samples))
    #expect(Array(lab.samples[3..<6]) == Array(labFromBGR(picture([1, 1, 1])).samples))
    let back = bgrFromLab(picture([200, 0, 0, -50, 300, -300, .nan, 0, 0]))
    #expect(back.samples.allSatisfy { (0...1).contains($0) })
    #expect(labFromBGR(picture([])).samples.isEmpty)
  }
}

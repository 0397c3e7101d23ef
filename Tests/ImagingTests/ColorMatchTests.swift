import Imaging
import TestSupport
import Testing

@Suite struct ColorMatchTests {
  private let target = SyntheticFrame.picture(.noise(seed: 3), size: PixelSize(width: 48, height: 48))
  private let source = SyntheticFrame.picture(.noise(seed: 9), size: PixelSize(width: 96, height: 96))

  private func flat(_ side: Int, _ color: [UInt8]) -> PixelBuffer8 {
    PixelBuffer8(
      size: PixelSize(width: side, height: side), channels: 3, samples: (0..<side * side).flatMap { _ in color })
  }

  @Test(
    arguments: [
      (224, [16, 86, 154]), (256, [16, 96, 176]), (320, [16, 118, 218]), (384, [16, 138, 262]),
      (512, [16, 182, 346]), (1024, [16, 352, 688]), (16, [16, 16, 16]),
    ])
  func sizesOfTheDescription(height: Int, sizes: [Int]) {
    #expect(colorMatchSizes(height: height) == sizes)
  }

  /// Block means by plain loops, their difference brought back by the cubic, the sum cut to 8 bit.
  @Test func equalisingFollowsTheDefinition() {
    let side = 12
    let result = equalizeColors(of: target, to: source, size: PixelSize(width: side, height: side))
    func means(_ picture: PixelBuffer8) -> [Double] {
      let block = picture.width / side
      return (0..<side * side * 3).map { index in
        let (x, y, channel) = (index / 3 % side * block, index / 3 / side * block, index % 3)
        let sum = (0..<block * block).reduce(0) { $0 + Int(picture[x + $1 % block, y + $1 / block, channel]) }
        return (Double(sum) / Double(block * block)).rounded(.toNearestOrEven)
      }
    }
    let difference = zip(means(source), means(target)).map { $0 - $1 }
    func weight(_ distance: Double) -> Double {
      let (d, a) = (abs(distance), -0.75)
      if d <= 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
      return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0
    }
    for (x, y) in [(0, 0), (5, 7), (23, 24), (47, 47), (40, 2)] {
      for channel in 0..<3 {
        let (px, py) = ((Double(x) + 0.5) / 4 - 0.5, (Double(y) + 0.5) / 4 - 0.5)
        var sum = Double(target[x, y, channel])
        for j in Int(py.rounded(.down)) - 1...Int(py.rounded(.down)) + 2 {
          for i in Int(px.rounded(.down)) - 1...Int(px.rounded(.down)) + 2 {
            let (column, row) = (min(max(i, 0), side - 1), min(max(j, 0), side - 1))
            sum += weight(px - Double(i)) * weight(py - Double(j)) * difference[(row * side + column) * 3 + channel]
          }
        }
        let expected = min(max(sum, 0), 255)
        #expect(abs(Double(result[x, y, channel]) + 0.5 - expected) <= 0.501)
      }
    }
  }

  @Test func ofAFlatSourceTheColourIsTaken() {
    let matched = matchColors(of: flat(64, [10, 200, 90]), to: flat(32, [70, 60, 50]))
    #expect(matched == flat(64, [70, 60, 50]))
  }

  @Test func matchingOneselfChangesNothing() {
    #expect(matchColors(of: target, to: target) == target)
    #expect(matchAgreeingColors(of: target, to: target) == target)
  }

  @Test func theLastStepIsTheSourceAlreadyMatched() {
    let matched = matchColors(of: target, to: source)
    #expect(matched.size == target.size)
    #expect(equalizeColors(of: target, to: matched, size: target.size) == matched)
  }

  /// Histograms of one bin each that never meet correlate by −1/2999; the amount is just below a half.
  @Test func unlikeHuesAreMatchedByHalf() {
    let (from, to) = (flat(64, [0, 0, 200]), flat(64, [200, 0, 0]))
    let mixed = matchAgreeingColors(of: from, to: to)
    let amount = (1 - 1.0 / 2999) / 2
    for (channel, ends) in [(0.0, 200.0), (0, 0), (200, 0)].enumerated() {
      #expect(abs(Double(mixed[5, 5, channel]) - (ends.0 * (1 - amount) + ends.1 * amount)) <= 0.5)
    }
  }

  @Test func aSizeOfZeroChangesNothing() {
    #expect(equalizeColors(of: target, to: source, size: PixelSize(width: 0, height: 0)) == target)
    let small = SyntheticFrame.picture(.noise(seed: 4), size: PixelSize(width: 3, height: 2))
    #expect(matchColors(of: small, to: source).size == small.size)
  }
}

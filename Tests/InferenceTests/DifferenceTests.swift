import TestSupport
import Testing

@Suite struct DifferenceTests {
  @Test func measuresTheLargestTheMeanAndHowMany() {
    let difference = Difference([1, 2, 3, 4] as [Float], [1, 2.5, 3, 3])
    #expect(difference.maximum == 1)
    #expect(difference.worstIndex == 3)
    #expect(difference.mean == 0.375)
    #expect(difference.fractionDifferent == 0.5)
    #expect(difference.isWithin(maximum: 1, mean: 0.4))
    #expect(!difference.isWithin(maximum: 0.9))
    #expect(!difference.isWithin(maximum: 1, mean: 0.3))
  }

  @Test func equalRowsDoNotDiffer() {
    let difference = Difference([UInt8](repeating: 7, count: 3), [7, 7, 7])
    #expect(difference.maximum == 0)
    #expect(difference.worstIndex == nil)
  }

  @Test(
    arguments: [
      ([1, .nan], [1, 2]), ([1, 2], [1, .nan]), ([1, .infinity], [1, -.infinity]), ([1], [1, 2]), ([1, 2], [1]),
    ] as [([Double], [Double])])
  func whatCannotBeComparedIsInfinitelyFar(left: [Double], right: [Double]) {
    #expect(Difference(left, right).maximum == .infinity)
  }

  @Test func theSameNonNumbersAreEqual() {
    #expect(Difference([Double.nan, .infinity], [.nan, .infinity]).maximum == 0)
  }
}

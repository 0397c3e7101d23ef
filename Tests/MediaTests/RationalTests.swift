import Media
import Testing

@Suite struct RationalTests {
  @Test(arguments: [
    (25.0, Rational(25, 1)), (29.97, Rational(30000, 1001)), (23.976, Rational(24000, 1001)),
    (59.94, Rational(60000, 1001)), (12.5, Rational(25, 2)), (14.9, Rational(149, 10)), (1.0, Rational(1, 1)),
  ])
  func frameRatesTypedByUsers(value: Double, expected: Rational) {
    #expect(Rational(frameRate: value) == expected)
  }

  @Test func aZeroDenominatorIsNoNumber() {
    #expect(Rational(1, 0).value == 0)
    #expect(!Rational(1, 0).isPositive)
    #expect(Rational(24000, 1001).inverse == Rational(1001, 24000))
  }
}

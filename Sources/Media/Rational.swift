/// A ratio of two whole numbers: a time base in seconds, a frame rate in frames a second, a pixel aspect.
public struct Rational: Sendable, Hashable, Codable {
  public var numerator: Int32
  public var denominator: Int32

  public init(_ numerator: Int32, _ denominator: Int32) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Neither part is 0 or negative.
  public var isPositive: Bool { numerator > 0 && denominator > 0 }
  /// The quotient; 0 when the denominator is 0.
  public var value: Double { denominator == 0 ? 0 : Double(numerator) / Double(denominator) }
  public var inverse: Rational { Rational(denominator, numerator) }

  /// The ratio nearest to `value` (1001 and decimal denominators first), for frame rates typed by a user.
  /// What is no positive number becomes 0/1, which no setting accepts.
  public init(frameRate value: Double) {
    guard value.isFinite, value > 0 else {
      self.init(0, 1)
      return
    }
    for denominator: Int32 in [1, 1001, 2, 4, 5, 8, 10, 100, 1000, 1_000_000] {
      // 29.97 and 23.976 mean the NTSC rates.
      let scaled = denominator == 1001 ? (value * 1.001).rounded() * 1000 : (value * Double(denominator)).rounded()
      let tolerance = denominator == 1001 ? 0.005 : 1e-6
      if abs(scaled / Double(denominator) - value) < tolerance, scaled >= 1, scaled < 2e9 {
        self.init(Int32(scaled), denominator)
        return
      }
    }
    self.init(Int32(max(1, min(2e9 / 1e3, value) * 1000)), 1000)
  }
}

extension Rational: CustomStringConvertible {
  public var description: String { "\(numerator)/\(denominator)" }
}

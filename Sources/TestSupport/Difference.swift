/// How far two rows of numbers are apart.
///
/// ```swift
/// #expect(Difference(result, expected).isWithin(maximum: 1, mean: 0.01))
/// ```
public struct Difference: Sendable, Hashable, CustomStringConvertible {
  /// Largest absolute difference; infinite when one side is "not a number" and the other is not, or the lengths differ.
  public let maximum: Double
  /// Mean absolute difference.
  public let mean: Double
  /// Part of the values that differ at all, 0…1.
  public let fractionDifferent: Double
  /// Where the largest difference is; nil when there is none.
  public let worstIndex: Int?

  public init<Number: BinaryFloatingPoint>(_ left: [Number], _ right: [Number]) {
    self.init(count: left.count, otherCount: right.count) { Self.distance(Double(left[$0]), Double(right[$0])) }
  }

  public init<Number: BinaryInteger>(_ left: [Number], _ right: [Number]) {
    self.init(count: left.count, otherCount: right.count) { Self.distance(Double(left[$0]), Double(right[$0])) }
  }

  private init(count: Int, otherCount: Int, distance: (Int) -> Double) {
    guard count == otherCount else {
      (maximum, mean, fractionDifferent, worstIndex) = (.infinity, .infinity, 1, min(count, otherCount))
      return
    }
    var maximum = 0.0
    var sum = 0.0
    var different = 0
    var worst: Int?
    for index in 0..<count {
      let distance = distance(index)
      if distance > 0 { different += 1 }
      if distance > maximum {
        maximum = distance
        worst = index
      }
      sum += distance
    }
    self.maximum = maximum
    mean = count == 0 ? 0 : sum / Double(count)
    fractionDifferent = count == 0 ? 0 : Double(different) / Double(count)
    worstIndex = worst
  }

  private static func distance(_ left: Double, _ right: Double) -> Double {
    if left == right || (left.isNaN && right.isNaN) { return 0 }
    let distance = abs(left - right)
    return distance.isNaN ? .infinity : distance
  }

  public func isWithin(maximum limit: Double, mean meanLimit: Double = .infinity) -> Bool {
    maximum <= limit && mean <= meanLimit
  }

  public var description: String {
    "max \(maximum)\(worstIndex.map { " at \($0)" } ?? ""), mean \(mean), \(fractionDifferent * 100) % differ"
  }
}

/// The batch size that answers most requests a second, found by a few measured runs.
public struct BatchCalibration: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public let size: Int
    /// Of one run.
    public let seconds: Double

    public init(size: Int, seconds: Double) {
      self.size = size
      self.seconds = seconds
    }

    /// Requests a second.
    public var throughput: Double { seconds > 0 ? Double(size) / seconds : 0 }
  }

  /// What was measured, smallest size first.
  public let points: [Point]
  /// The smallest size within 5 % of the best throughput: a larger one only makes everybody wait longer.
  public let size: Int

  static let tolerance = 0.95

  /// - Parameter points: at least one.
  init(points: [Point]) {
    self.points = points
    let best = points.map(\.throughput).max() ?? 0
    size = points.first { $0.throughput >= best * Self.tolerance }?.size ?? 1
  }

  /// Measures sizes upwards until one does not fit into memory or is no faster than the best so far.
  ///
  /// - Parameters:
  ///   - sizes: ascending, 1 or more each.
  ///   - fits: Whether the budget leaves room for a size. The first size is tried even if not.
  ///   - measure: Runs a batch of the size a few times and returns the seconds of one run, warmed up.
  /// - Throws: What measuring the first size throws; a larger one that finds no memory ends the search.
  public static func run(
    sizes: [Int] = [1, 2, 4, 8, 16], fits: (Int) -> Bool = { _ in true }, measure: (Int) throws -> Double
  ) throws -> BatchCalibration {
    var points: [Point] = []
    for size in sizes {
      guard points.isEmpty || fits(size) else { break }
      do {
        points.append(Point(size: size, seconds: try measure(size)))
      } catch let error as InferenceError where error.isMemory && !points.isEmpty {
        break
      }
      let earlier = points.dropLast().map(\.throughput).max() ?? 0
      if let last = points.last, last.throughput < earlier * tolerance { break }
    }
    return BatchCalibration(points: points)
  }

  /// The middle one of `rounds` measured runs after one that is not measured.
  public static func seconds(rounds: Int = 5, _ run: () throws -> Void) rethrows -> Double {
    try run()
    let clock = ContinuousClock()
    let times = try (0..<max(1, rounds)).map { _ in try clock.measure(run) }.sorted()
    let middle = times[times.count / 2].components
    return Double(middle.seconds) + Double(middle.attoseconds) * 1e-18
  }
}

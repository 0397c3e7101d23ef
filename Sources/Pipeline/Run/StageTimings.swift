/// The stages whose time is measured. `wait` is a worker's time without anything to do.
public enum Stage: String, Sendable, CaseIterable {
  case decode, faces, identity, mask, prepare, order, finish, debug, encode, wait
}

/// Durations of one stage: sum, count and a histogram of 96 buckets, so that any number of frames costs the same memory.
public struct StageDurations: Sendable {
  /// Buckets are a quarter of an octave wide, from 1 µs to about 16 s.
  private static let bucketCount = 96
  private static let bucketsPerOctave = 4.0

  public private(set) var count = 0
  /// Seconds.
  public private(set) var total = 0.0
  private var buckets = [Int](repeating: 0, count: bucketCount)

  public init() {}

  public mutating func add(_ seconds: Double) {
    count += 1
    total += seconds
    buckets[Self.bucket(of: seconds)] += 1
  }

  public mutating func merge(_ other: StageDurations) {
    count += other.count
    total += other.total
    for index in buckets.indices { buckets[index] += other.buckets[index] }
  }

  /// Seconds below which this share of the durations lies, to about a tenth; 0 for none.
  public func quantile(_ share: Double) -> Double {
    var left = Int((share * Double(count)).rounded(.up))
    for (index, members) in buckets.enumerated() {
      left -= members
      if left <= 0, members > 0 { return 1e-6 * Self.exp2((Double(index) + 0.5) / Self.bucketsPerOctave) }
    }
    return 0
  }

  private static func bucket(of seconds: Double) -> Int {
    guard seconds > 1e-6 else { return 0 }
    let octaves = seconds * 1e6
    let whole = octaves.exponent
    let fraction = octaves.significand - 1
    let position = (Double(whole) + fraction) * bucketsPerOctave
    return min(Int(position), bucketCount - 1)
  }

  private static func exp2(_ octaves: Double) -> Double {
    let whole = octaves.rounded(.down)
    return Double(sign: .plus, exponent: Int(whole), significand: 1 + octaves - whole)
  }
}

/// Time per stage. Each worker keeps its own and they are merged at the end, so measuring needs no lock.
public struct StageTimings: Sendable {
  public private(set) var stages: [Stage: StageDurations] = [:]

  public init() {}

  /// Runs `body` and books its time.
  public mutating func measure<Result>(_ stage: Stage, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { add(stage, elapsedSeconds(since: start)) }
    return try body()
  }

  public mutating func add(_ stage: Stage, _ seconds: Double) {
    stages[stage, default: StageDurations()].add(seconds)
  }

  public mutating func merge(_ other: StageTimings) {
    for (stage, durations) in other.stages { stages[stage, default: StageDurations()].merge(durations) }
  }
}

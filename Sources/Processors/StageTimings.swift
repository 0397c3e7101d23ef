import Foundation

/// A stage whose time is measured, by the name it has in reports.
public struct Stage: RawRepresentable, Sendable, Hashable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let decode = Stage(rawValue: "decode")
  /// Finding and following faces.
  public static let faces = Stage(rawValue: "faces")
  /// The occlusion mask's network.
  public static let mask = Stage(rawValue: "mask")
  public static let swapPrepare = Stage(rawValue: "swap_prepare")
  /// Photo, form and light of the faces, carried on from frame to frame.
  public static let swapAdvance = Stage(rawValue: "swap_advance")
  public static let swapFinish = Stage(rawValue: "swap_finish")
  /// A frame's own memory, where the decoder still needs the original.
  public static let copy = Stage(rawValue: "copy")
  /// Onto the card.
  public static let upload = Stage(rawValue: "upload")
  /// Between decoded frames and the 8-bit pictures that published models work on.
  public static let convert = Stage(rawValue: "convert")
  public static let debug = Stage(rawValue: "debug")
  /// Looking at frames and faces for what must not be worked on.
  public static let gate = Stage(rawValue: "gate")
  /// Watermark and label.
  public static let mark = Stage(rawValue: "mark")
  public static let encode = Stage(rawValue: "encode")
  /// A worker that waits for a frame, or for its turn.
  public static let wait = Stage(rawValue: "wait")
}

/// Durations of one stage: sum, count and a histogram of 96 buckets, so that any number of frames costs the same memory.
public struct StageDurations: Sendable {
  /// Buckets are a quarter of an octave wide, from 1 µs to more than an hour.
  private static let bucketCount = 128
  private static let bucketsPerOctave = 4.0

  public private(set) var count = 0
  /// Seconds on the clock.
  public private(set) var total = 0.0
  /// Seconds of processor time of the measuring thread alone: what stays the same when the machine is busy with
  /// something else. Threads that a codec or a runtime keeps do not count.
  public private(set) var processorTotal = 0.0
  private var buckets = [Int](repeating: 0, count: bucketCount)

  public init() {}

  public mutating func add(_ seconds: Double, processor: Double = 0) {
    count += 1
    total += seconds
    processorTotal += processor
    buckets[Self.bucket(of: seconds)] += 1
  }

  public mutating func merge(_ other: StageDurations) {
    count += other.count
    total += other.total
    processorTotal += other.processorTotal
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

/// Seconds from `start` to now.
public func elapsedSeconds(since start: ContinuousClock.Instant) -> Double {
  let elapsed = (ContinuousClock.now - start).components
  return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
}

/// Seconds of processor time that this thread has used.
private func threadProcessorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Time per stage. Each worker keeps its own and they are merged at the end, so measuring needs no lock.
public struct StageTimings: Sendable {
  public private(set) var stages: [Stage: StageDurations] = [:]

  public init() {}

  /// Runs `body` and books its time.
  public mutating func measure<Result>(_ stage: Stage, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let processorStart = threadProcessorSeconds()
    defer { add(stage, elapsedSeconds(since: start), processor: threadProcessorSeconds() - processorStart) }
    return try body()
  }

  public mutating func add(_ stage: Stage, _ seconds: Double, processor: Double = 0) {
    stages[stage, default: StageDurations()].add(seconds, processor: processor)
  }

  public mutating func merge(_ other: StageTimings) {
    for (stage, durations) in other.stages { stages[stage, default: StageDurations()].merge(durations) }
  }
}

import Processors
import Synchronization

/// How far a run is; written by the run, read by whoever shows it.
public final class RunProgress: Sendable {
  private let doneCount = Atomic<Int>(0)
  private let totalCount = Atomic<Int>(0)
  private let begun = Mutex<ContinuousClock.Instant?>(nil)

  public init() {}

  /// Frames finished.
  public var done: Int { doneCount.load(ordering: .relaxed) }

  /// Frames expected; 0 when nobody knows.
  public var total: Int { totalCount.load(ordering: .relaxed) }

  /// Seconds since the first frame was asked for; 0 before.
  public var seconds: Double { begun.withLock { $0.map(elapsedSeconds) ?? 0 } }

  func begin(total: Int) {
    totalCount.store(total, ordering: .relaxed)
    begun.withLock { $0 = .now }
  }

  func advance() {
    doneCount.add(1, ordering: .relaxed)
  }
}

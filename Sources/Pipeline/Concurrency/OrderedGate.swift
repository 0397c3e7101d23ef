/// Lets the frames of a run through one at a time in their order, whatever order the workers arrive in.
///
/// Frames are handed out first in, first out, so the worker with the lowest number never waits for another: no
/// deadlock is possible as long as every number is entered exactly once.
public final class OrderedGate: Sendable {
  private let monitor: Monitor<Int>

  public init(stop: StopToken) {
    monitor = Monitor(0, stop: stop)
  }

  /// Waits for the turn of `index` (0, 1, 2 …), runs `body` alone, then lets the next one in.
  ///
  /// A `body` that throws leaves the gate shut: the worker ends the run with the error, which wakes the others.
  public func enter<Result>(_ index: Int, _ body: () throws -> Result) throws -> Result {
    try monitor.wait { next -> Void? in next == index ? () : nil }
    let result = try body()
    monitor.change { $0 += 1 }
    return result
  }
}

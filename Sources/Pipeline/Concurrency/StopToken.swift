import Synchronization

/// Says that a run has to end, and why. The first reason wins; everybody who waits is woken.
///
/// One token belongs to one run. Every queue, gate and buffer of the run is built with it, so a failure in any thread
/// ends all of them without a time-out anywhere.
public final class StopToken: Sendable {
  private struct State {
    var reason: (any Error)?
    var wakers: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let flag = Atomic<Bool>(false)

  public init() {}

  /// True from the first call of ``stop(_:)`` on.
  public var isStopped: Bool { flag.load(ordering: .acquiring) }

  /// The first reason given, nil while the run goes on.
  public var reason: (any Error)? { state.withLock(\.reason) }

  /// Ends the run with `reason`; later reasons are dropped.
  public func stop(_ reason: any Error) {
    let wakers: [@Sendable () -> Void] = state.withLock { state in
      guard state.reason == nil else { return [] }
      state.reason = reason
      flag.store(true, ordering: .releasing)
      defer { state.wakers = [] }
      return state.wakers
    }
    for wake in wakers { wake() }
  }

  /// Throws the reason when the run has to end. Cheap: one atomic load while it goes on.
  public func check() throws {
    if isStopped, let reason { throw reason }
  }

  /// Calls `wake` once when the run ends; at once when it has ended already.
  public func onStop(_ wake: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if state.reason != nil { return true }
      state.wakers.append(wake)
      return false
    }
    if isLate { wake() }
  }
}

import Foundation

/// A value behind a lock, with waiting for a condition on it. The base of queue, gate and reorder buffer.
final class Monitor<State>: @unchecked Sendable {
  private let condition = NSCondition()
  private var state: State
  private let stop: StopToken

  init(_ state: sending State, stop: StopToken) {
    self.state = state
    self.stop = stop
    stop.onStop { [weak self] in self?.wakeAll() }
  }

  /// Changes the value and wakes everybody who waits.
  func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return try body(&state)
  }

  /// Tries `body` after every change until it gives a result. Throws the token's reason when the run ends first.
  func wait<Result>(_ body: (inout State) -> Result?) throws -> Result {
    condition.lock()
    defer { condition.unlock() }
    while true {
      try stop.check()
      if let result = body(&state) {
        condition.broadcast()
        return result
      }
      condition.wait()
    }
  }

  private func wakeAll() {
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }
}

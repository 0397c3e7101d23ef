import Synchronization

/// The cancellers of a slot's sessions; cancelling also meets those that are added later.
final class SlotCancellers: Sendable {
  private struct State: Sendable {
    var isCancelled = false
    var cancellers: [RunCanceller] = []
  }

  private let state = Mutex(State())

  func add(_ canceller: RunCanceller) {
    let isLate = state.withLock { state in
      state.cancellers.append(canceller)
      return state.isCancelled
    }
    if isLate { canceller.cancel() }
  }

  func cancel() {
    let cancellers = state.withLock { state in
      state.isCancelled = true
      return state.cancellers
    }
    for canceller in cancellers { canceller.cancel() }
  }
}

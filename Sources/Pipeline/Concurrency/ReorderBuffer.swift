/// Takes numbered elements in any order and gives them out in order, holding at most `capacity` of them.
///
/// An element that is too far ahead waits at the door, so a slow consumer slows the producers instead of filling memory.
public final class ReorderBuffer<Element: Sendable>: Sendable {
  private struct State: Sendable {
    var next = 0
    var waiting: [Int: Element] = [:]
    var isClosed = false
  }

  public let capacity: Int
  private let monitor: Monitor<State>

  /// - Parameter capacity: at least 1; numbers `next ..< next + capacity` are let in.
  public init(capacity: Int, stop: StopToken) {
    precondition(capacity > 0, "a reorder buffer needs room for one element")
    self.capacity = capacity
    monitor = Monitor(State(), stop: stop)
  }

  /// Puts element number `index` in, waiting until it is within reach.
  public func put(_ element: Element, at index: Int) throws {
    try monitor.wait { state -> Void? in
      guard index < state.next + capacity else { return nil }
      state.waiting[index] = element
      return ()
    }
  }

  /// The next element in order, waiting for it; nil once the buffer is closed and nothing follows.
  public func take() throws -> Element? {
    try monitor.wait { state -> Element?? in
      if let element = state.waiting.removeValue(forKey: state.next) {
        state.next += 1
        return .some(element)
      }
      return state.isClosed ? .some(nil) : nil
    }
  }

  /// Every element has been put in.
  public func close() {
    monitor.change { $0.isClosed = true }
  }
}

/// First in, first out, with room for `capacity` elements: a full queue holds the producer back.
public final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State: Sendable {
    var elements: [Element] = []
    var isClosed = false
  }

  public let capacity: Int
  private let monitor: Monitor<State>

  /// - Parameter capacity: at least 1.
  public init(capacity: Int, stop: StopToken) {
    precondition(capacity > 0, "a queue needs room for one element")
    self.capacity = capacity
    monitor = Monitor(State(), stop: stop)
  }

  /// Appends, waiting for room. Throws the token's reason when the run ends.
  public func push(_ element: Element) throws {
    try monitor.wait { state -> Void? in
      guard state.elements.count < capacity else { return nil }
      state.elements.append(element)
      return ()
    }
  }

  /// The oldest element, waiting for one; nil once the queue is closed and empty.
  public func pop() throws -> Element? {
    try monitor.wait { state -> Element?? in
      if !state.elements.isEmpty { return .some(state.elements.removeFirst()) }
      return state.isClosed ? .some(nil) : nil
    }
  }

  /// No element will follow.
  public func close() {
    monitor.change { $0.isClosed = true }
  }
}

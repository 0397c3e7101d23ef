/// A value that is being made on a thread of its own, for one taker.
///
/// Loading networks and opening files side by side halves the time to the first frame. The value may be something that
/// belongs to one thread: it is made by one and then handed over, never shared.
final class Preparation<Value>: @unchecked Sendable {
  private let result: Monitor<Result<Value, any Error>?>
  private let threads = ThreadGroup(stop: StopToken())

  init(_ name: String, _ make: @escaping @Sendable () throws -> Value) {
    let result = Monitor<Result<Value, any Error>?>(nil, stop: StopToken())
    self.result = result
    threads.start(name) {
      let made = Handover(Result { try make() })
      result.change { $0 = made.value }
    }
  }

  /// Waits for the value, or throws what making it threw.
  func get() throws -> Value {
    try result.wait { state in state.map(Handover.init) }.value.get()
  }
}

/// Carries a value from the thread that made it to the one that goes on with it.
struct Handover<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}

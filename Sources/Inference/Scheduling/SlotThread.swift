import Foundation

/// A thread that does one thing after the other for whoever asks, and goes with this object.
///
/// ONNX Runtime's CUDA provider keeps its recorded graphs, and its handles of NVIDIA's libraries with their working
/// memory on the card, once for every thread that has run a session. A slot therefore always runs on the same one:
/// its graphs are recorded once, and memory does not grow with the number of workers.
final class SlotThread: Sendable {
  private let desk: SlotDesk

  init(_ name: String) {
    let desk = SlotDesk()
    let thread = Thread { desk.work() }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
    self.desk = desk
  }

  deinit { desk.close() }

  /// Does it on the thread and waits for it. Not to be called on the thread itself.
  func run<Value>(_ body: () throws -> Value) throws -> Value {
    var result: Result<Value, any Error>?
    withoutActuallyEscaping({ result = Result(catching: body) }) { desk.perform($0) }
    guard let result else { throw InferenceError(.runFailed, "A slot of a network was closed while it was asked.") }
    return try result.get()
  }
}

/// Where callers hand their work to the thread: one at a time.
private final class SlotDesk: @unchecked Sendable {
  private let condition = NSCondition()
  private var job: (() -> Void)?
  private var isTaken = false
  private var isClosed = false

  /// The work is done when this returns, and nothing of it is kept.
  func perform(_ work: @escaping () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    while isTaken { condition.wait() }
    guard !isClosed else { return }
    isTaken = true
    job = work
    condition.broadcast()
    while job != nil { condition.wait() }
    isTaken = false
    condition.broadcast()
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  func work() {
    condition.lock()
    defer { condition.unlock() }
    while true {
      while job == nil, !isClosed { condition.wait() }
      guard job != nil else { return }
      condition.unlock()
      job?()
      condition.lock()
      job = nil
      condition.broadcast()
    }
  }
}

import Foundation

@testable import Inference

/// A stand-in for a device: each run waits until the test lets it go on. Answers a request with its tenfold.
final class SteppedSlot: BatchSlot, @unchecked Sendable {
  private let lock = NSLock()
  private let mayRun = DispatchSemaphore(value: 0)
  private let hasStarted = DispatchSemaphore(value: 0)
  private var size: Int
  private var batches: [[Int]] = []
  private var sizes: [Int] = []
  private var isOpen: Bool
  private var failure: (@Sendable ([Int]) throws -> Void)?

  /// - Parameters:
  ///   - isOpen: Runs go through without waiting.
  ///   - failure: Throws what the device would.
  init(capacity: Int, isOpen: Bool = false, failure: (@Sendable ([Int]) throws -> Void)? = nil) {
    size = capacity
    self.isOpen = isOpen
    self.failure = failure
  }

  var capacity: Int { lock.withLock { size } }
  /// The batches so far, each as the requests it had.
  var ran: [[Int]] { lock.withLock { batches } }
  var shrunk: [Int] { lock.withLock { sizes } }

  func run(_ requests: [Int]) throws -> [Int] {
    let waits = lock.withLock {
      batches.append(requests)
      return !isOpen
    }
    hasStarted.signal()
    if waits { mayRun.wait() }
    try failure?(requests)
    return requests.map { $0 * 10 }
  }

  func shrink(to capacity: Int) {
    lock.withLock {
      size = capacity
      sizes.append(capacity)
    }
  }

  func cancel() { release() }

  /// Waits until a run is in progress.
  func waitForStart() { hasStarted.wait() }

  /// Lets one run finish.
  func finishOne() { mayRun.signal() }

  /// Lets this and all later runs go through.
  func release() {
    lock.withLock { isOpen = true }
    mayRun.signal()
  }
}

/// A stand-in for a device that answers at once and goes on working until the test says that it is done.
final class EarlySlot: BatchSlot, @unchecked Sendable {
  private let condition = NSCondition()
  private var batches: [[Int]] = []
  private var isDone = true
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var ran: [[Int]] { condition.withLock { batches } }
  var isReady: Bool { condition.withLock { isDone } }

  func waitUntilReady() { condition.withLock { while !isDone { condition.wait() } } }

  func run(_ requests: [Int]) throws -> [Int] {
    condition.withLock {
      batches.append(requests)
      isDone = false
    }
    return requests.map { $0 * 10 }
  }

  func shrink(to _: Int) {}

  /// The device is done with the last batch.
  func finish() {
    condition.withLock {
      isDone = true
      condition.broadcast()
    }
  }
}

/// Counts events; a test waits for a number of them.
final class Countdown: @unchecked Sendable {
  private let condition = NSCondition()
  private var events = 0

  func count() {
    condition.withLock {
      events += 1
      condition.broadcast()
    }
  }

  func wait(for number: Int) {
    condition.withLock { while events < number { condition.wait() } }
  }
}

/// Workers of a test, each a thread.
final class Workers: @unchecked Sendable {
  private let group = DispatchGroup()
  private let lock = NSLock()
  private var results: [Int: Result<[Int], any Error>] = [:]

  func start(_ worker: Int, _ body: @escaping @Sendable () throws -> [Int]) {
    group.enter()
    let thread = Thread { [self] in
      let result = Result { try body() }
      lock.withLock { results[worker] = result }
      group.leave()
    }
    thread.start()
  }

  /// Waits for all and gives what each returned or threw.
  func join() -> [Int: Result<[Int], any Error>] {
    group.wait()
    return lock.withLock { results }
  }
}

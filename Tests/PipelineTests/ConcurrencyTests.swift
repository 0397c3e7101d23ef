import Foundation
import Pipeline
import Synchronization
import Testing

struct Stopped: Error, Equatable {
  var number = 0
}

/// Counts how many of something there are and the most there ever were.
final class HighWater: Sendable {
  private let state = Mutex((now: 0, most: 0))

  var most: Int { state.withLock(\.most) }

  func change(_ by: Int) {
    state.withLock {
      $0.now += by
      $0.most = max($0.most, $0.now)
    }
  }
}

@Suite struct ConcurrencyTests {
  @Test func queueKeepsItsOrderAndEndsWhenClosed() throws {
    let stop = StopToken()
    let queue = BoundedQueue<Int>(capacity: 3, stop: stop)
    let group = ThreadGroup(stop: stop)
    group.start("producer", finally: { queue.close() }) {
      for number in 0..<500 { try queue.push(number) }
    }
    var seen: [Int] = []
    while let number = try queue.pop() { seen.append(number) }
    try group.join()
    #expect(seen == Array(0..<500))
  }

  @Test func fullQueueHoldsTheProducerBack() throws {
    let stop = StopToken()
    let queue = BoundedQueue<Int>(capacity: 2, stop: stop)
    let inFlight = HighWater()
    let group = ThreadGroup(stop: stop)
    group.start("producer", finally: { queue.close() }) {
      for number in 0..<200 {
        try queue.push(number)
        inFlight.change(1)
      }
    }
    while try queue.pop() != nil { inFlight.change(-1) }
    try group.join()
    // Two in the queue and one that was taken or put but not yet counted on the other side.
    #expect(inFlight.most <= 3)
  }

  @Test func stopWakesAProducerThatWaits() throws {
    let stop = StopToken()
    let queue = BoundedQueue<Int>(capacity: 1, stop: stop)
    try queue.push(0)
    let group = ThreadGroup(stop: stop)
    group.start("producer") { try queue.push(1) }
    stop.stop(Stopped(number: 7))
    #expect(throws: Stopped(number: 7)) { try group.join() }
    #expect(throws: Stopped(number: 7)) { try queue.pop() }
  }

  @Test func firstReasonWins() {
    let stop = StopToken()
    let calls = HighWater()
    stop.onStop { calls.change(1) }
    stop.stop(Stopped(number: 1))
    stop.stop(Stopped(number: 2))
    stop.onStop { calls.change(1) }
    #expect(stop.reason as? Stopped == Stopped(number: 1))
    #expect(calls.most == 2)
    #expect(throws: Stopped(number: 1)) { try stop.check() }
  }

  @Test(arguments: [1, 2, 3, 8])
  func gateAndReorderBufferRestoreTheOrder(workers: Int) throws {
    let stop = StopToken()
    let queue = BoundedQueue<Int>(capacity: 2, stop: stop)
    let gate = OrderedGate(stop: stop)
    let buffer = ReorderBuffer<Int>(capacity: 3, stop: stop)
    let entered = Mutex<[Int]>([])
    let inside = HighWater()
    let alive = Atomic<Int>(workers)
    let group = ThreadGroup(stop: stop)
    group.start("decoder", finally: { queue.close() }) {
      for number in 0..<300 { try queue.push(number) }
    }
    for _ in 0..<workers {
      group.start(
        "worker", finally: { if alive.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { buffer.close() } }
      ) {
        while let number = try queue.pop() {
          if number % 3 == 0 { sched_yield() }
          try gate.enter(number) {
            inside.change(1)
            entered.withLock { $0.append(number) }
            inside.change(-1)
          }
          try buffer.put(number * 10, at: number)
        }
      }
    }
    var taken: [Int] = []
    while let number = try buffer.take() { taken.append(number) }
    try group.join()
    #expect(entered.withLock { $0 } == Array(0..<300))
    #expect(taken == (0..<300).map { $0 * 10 })
    #expect(inside.most == 1)
  }

  @Test func bufferLetsNobodyTooFarAhead() throws {
    let stop = StopToken()
    let buffer = ReorderBuffer<Int>(capacity: 2, stop: stop)
    let put = HighWater()
    let group = ThreadGroup(stop: stop)
    for number in 1...6 {
      group.start("worker") {
        try buffer.put(number, at: number)
        put.change(1)
      }
    }
    // Number 0 is missing: only number 1 is within reach, so the others wait whatever the scheduler does.
    #expect(put.most <= 1)
    try buffer.put(0, at: 0)
    for number in 0...6 { #expect(try buffer.take() == number) }
    try group.join()
    buffer.close()
    #expect(try buffer.take() == nil)
  }

  @Test func anErrorInAGateEndsEveryWorker() throws {
    let stop = StopToken()
    let queue = BoundedQueue<Int>(capacity: 2, stop: stop)
    let gate = OrderedGate(stop: stop)
    let passed = HighWater()
    let group = ThreadGroup(stop: stop)
    group.start("decoder", finally: { queue.close() }) {
      for number in 0..<100 { try queue.push(number) }
    }
    for _ in 0..<4 {
      group.start("worker") {
        while let number = try queue.pop() {
          try gate.enter(number) {
            if number == 20 { throw Stopped(number: 20) }
            passed.change(1)
          }
        }
      }
    }
    #expect(throws: Stopped(number: 20)) { try group.join() }
    #expect(passed.most == 20)
  }
}

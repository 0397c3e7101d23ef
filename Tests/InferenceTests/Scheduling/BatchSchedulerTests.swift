import Foundation
import Testing

@testable import Inference

@Suite struct BatchSchedulerTests {
  private struct Refusal: Error, Equatable {
    let request: Int
  }

  @Test func aLoneRequestRunsAtOnce() throws {
    let slot = SteppedSlot(capacity: 8, isOpen: true)
    let scheduler = BatchScheduler(name: "net", slots: [slot])
    #expect(try scheduler.submit(4) == 40)
    #expect(try scheduler.submit(5) == 50)
    #expect(slot.ran == [[4], [5]])
    #expect(scheduler.statistics.runs == [1: 2])
    #expect(scheduler.statistics.meanBatch == 1)
  }

  @Test func requestsGatherWhileTheSlotIsBusyAndRunTogether() throws {
    let slot = SteppedSlot(capacity: 3)
    let queued = Countdown()
    let scheduler = BatchScheduler(name: "net", slots: [slot]) { _ in queued.count() }
    let workers = Workers()
    workers.start(0) { [try scheduler.submit(0)] }
    slot.waitForStart()
    // Five more while the first one runs, one after the other so that their order is known.
    for worker in 1...5 {
      workers.start(worker) { [try scheduler.submit(worker)] }
      queued.wait(for: worker + 1)
    }
    slot.release()
    let results = workers.join()
    for worker in 0...5 { #expect(try results[worker]?.get() == [worker * 10]) }
    #expect(slot.ran == [[0], [1, 2, 3], [4, 5]])
    #expect(scheduler.statistics.runs == [1: 1, 3: 1, 2: 1])
    #expect(scheduler.statistics.requests == 6)
  }

  @Test func severalSlotsRunSideBySide() throws {
    let slots = [SteppedSlot(capacity: 1), SteppedSlot(capacity: 1)]
    let scheduler = BatchScheduler(name: "net", slots: slots)
    let workers = Workers()
    workers.start(0) { [try scheduler.submit(0)] }
    slots[0].waitForStart()
    workers.start(1) { [try scheduler.submit(1)] }
    // Both are in the middle of a run now, or this would wait for ever.
    slots[1].waitForStart()
    slots[1].release()
    slots[0].release()
    #expect(workers.join().count == 2)
    #expect(slots.map(\.ran) == [[[0]], [[1]]])
  }

  // MARK: Answers before the device is done

  @Test func requestsGatherUntilTheDeviceIsDone() throws {
    let slot = EarlySlot(capacity: 3)
    let queued = Countdown()
    let scheduler = BatchScheduler(name: "net", slots: [slot]) { _ in queued.count() }
    // The answer is there while the device still works.
    #expect(try scheduler.submit(0) == 0)
    let workers = Workers()
    for worker in 1...3 {
      workers.start(worker) { [try scheduler.submit(worker)] }
      queued.wait(for: worker + 1)
    }
    slot.finish()
    let results = workers.join()
    for worker in 1...3 { #expect(try results[worker]?.get() == [worker * 10]) }
    #expect(slot.ran == [[0], [1, 2, 3]])
  }

  @Test func aSlotThatIsReadyGoesFirst() throws {
    let slots = [EarlySlot(capacity: 1), EarlySlot(capacity: 1)]
    let scheduler = BatchScheduler(name: "net", slots: slots)
    #expect(try scheduler.submit(0) == 0)
    #expect(try scheduler.submit(1) == 10)
    #expect(slots.map(\.ran) == [[[0]], [[1]]])
    slots[1].finish()
    #expect(try scheduler.submit(2) == 20)
    #expect(slots.map(\.ran) == [[[0]], [[1], [2]]])
    // Neither is ready: the one that has worked longest is waited for.
    slots[0].finish()
    #expect(try scheduler.submit(3) == 30)
    #expect(slots.map(\.ran) == [[[0], [3]], [[1], [2]]])
  }

  @Test func manyRequestsOfOneWorkerComeBackInOrder() throws {
    let slot = SteppedSlot(capacity: 4, isOpen: true)
    let scheduler = BatchScheduler(name: "net", slots: [slot])
    #expect(try scheduler.submit(Array(0..<10)) == (0..<10).map { $0 * 10 })
    #expect(slot.ran.map(\.count) == [4, 4, 2])
    #expect(try scheduler.submit([Int]()).isEmpty)
  }

  @Test func workersNeverGetTheAnswersOfOthers() throws {
    let slots = (0..<3).map { _ in SteppedSlot(capacity: 4, isOpen: true) }
    let scheduler = BatchScheduler(name: "net", slots: slots)
    let workers = Workers()
    for worker in 0..<6 {
      workers.start(worker) {
        try (0..<200).map { round in
          let request = worker * 1000 + round
          let pair = try scheduler.submit([request, -request])
          return pair == [request * 10, -request * 10] ? 0 : 1
        }
      }
    }
    for (_, result) in workers.join() { #expect(try result.get().reduce(0, +) == 0) }
    #expect(scheduler.statistics.requests == 6 * 200 * 2)
  }

  @Test func anErrorReachesOnlyTheOneWhoCausedIt() throws {
    let slot = SteppedSlot(capacity: 4) { requests in
      if requests.contains(2) { throw Refusal(request: 2) }
    }
    let queued = Countdown()
    let scheduler = BatchScheduler(name: "net", slots: [slot]) { _ in queued.count() }
    let workers = Workers()
    workers.start(0) { [try scheduler.submit(0)] }
    slot.waitForStart()
    for worker in 1...3 {
      workers.start(worker) { [try scheduler.submit(worker)] }
      queued.wait(for: worker + 1)
    }
    slot.release()
    let results = workers.join()
    for worker in [0, 1, 3] { #expect(try results[worker]?.get() == [worker * 10]) }
    #expect(throws: Refusal(request: 2)) { try results[2]?.get() }
    #expect(slot.ran == [[0], [1, 2, 3], [1], [2], [3]])
  }

  @Test func aSlotThatGivesTooFewAnswersIsAnError() throws {
    final class Short: BatchSlot {
      let capacity = 1
      func run(_ requests: [Int]) -> [Int] { [] }
      func shrink(to capacity: Int) {}
    }
    let error = #expect(throws: InferenceError.self) {
      try BatchScheduler(name: "net", slots: [Short()]).submit(1)
    }
    #expect(error?.message.contains("0 answers to 1") == true)
  }
}

@Suite struct BatchSchedulerMemoryTests {
  /// A device with room for so many requests at once.
  private static func slot(capacity: Int, room: Int) -> SteppedSlot {
    SteppedSlot(capacity: capacity, isOpen: true) { requests in
      if requests.count > room { throw InferenceError(.deviceOutOfMemory, "no memory for \(requests.count)") }
    }
  }

  @Test func halvesTheBatchAndRepeatsTheWork() throws {
    let slot = Self.slot(capacity: 8, room: 2)
    let scheduler = BatchScheduler(name: "net", slots: [slot])
    #expect(try scheduler.submit(Array(0..<8)) == (0..<8).map { $0 * 10 })
    #expect(slot.shrunk == [4, 2])
    #expect(scheduler.statistics.halvings == 2)
    // The smaller size stays.
    #expect(try scheduler.submit(Array(0..<4)) == (0..<4).map { $0 * 10 })
    #expect(slot.ran.map(\.count) == [8, 4, 2, 2, 2, 2, 2, 2])
    #expect(scheduler.statistics.halvings == 2)
  }

  @Test func theLastResortNamesTheBudget() throws {
    let slot = Self.slot(capacity: 2, room: 0)
    let scheduler = BatchScheduler(name: "net", slots: [slot], budget: "--gpu-memory-limit leaves 2.0 GB")
    let error = #expect(throws: InferenceError.self) { try scheduler.submit([1, 2]) }
    #expect(error?.code == .overBudget)
    #expect(error?.message.contains("--gpu-memory-limit leaves 2.0 GB") == true)
    #expect(error?.hint?.contains("--execution-providers cpu") == true)
    #expect(slot.shrunk == [1])
  }

  @Test func aSlotThatCannotShrinkPassesItsErrorOn() throws {
    final class Stiff: BatchSlot {
      let capacity = 2
      func run(_ requests: [Int]) throws -> [Int] { throw InferenceError(.deviceOutOfMemory, "full") }
      func shrink(to capacity: Int) throws { throw InferenceError(.runFailed, "stiff") }
    }
    let error = #expect(throws: InferenceError.self) {
      try BatchScheduler(name: "net", slots: [Stiff()]).submit([1, 2])
    }
    #expect(error?.message == "stiff")
  }
}

@Suite struct BatchSchedulerStopTests {
  @Test func stoppingEndsThoseThatWaitAndWaitsForTheRunInProgress() throws {
    let slot = SteppedSlot(capacity: 1)
    let queued = Countdown()
    let scheduler = BatchScheduler(name: "net", slots: [slot]) { _ in queued.count() }
    let workers = Workers()
    workers.start(0) { [try scheduler.submit(0)] }
    slot.waitForStart()
    for worker in 1...2 {
      workers.start(worker) { [try scheduler.submit(worker)] }
      queued.wait(for: worker + 1)
    }
    // Cancelling lets the stepped run go to its end.
    scheduler.stop(CancellationError())
    let results = workers.join()
    #expect(try results[0]?.get() == [0])
    for worker in 1...2 {
      #expect(throws: CancellationError.self) { try results[worker]?.get() }
    }
    #expect(slot.ran == [[0]])
    #expect(throws: CancellationError.self) { try scheduler.submit(7) }
  }

  @Test func theFirstReasonStays() {
    let scheduler = BatchScheduler(name: "net", slots: [SteppedSlot(capacity: 1, isOpen: true)])
    scheduler.stop(InferenceError(.cancelled, "first"))
    scheduler.stop(InferenceError(.cancelled, "second"))
    let error = #expect(throws: InferenceError.self) { try scheduler.submit(1) }
    #expect(error?.message == "first")
  }

  @Test func aCancelledBatchIsNotTriedAgain() throws {
    let slot = SteppedSlot(capacity: 4, isOpen: true) { _ in throw InferenceError(.cancelled, "stopped") }
    let scheduler = BatchScheduler(name: "net", slots: [slot])
    let error = #expect(throws: InferenceError.self) { try scheduler.submit([1, 2, 3]) }
    #expect(error?.code == .cancelled)
    #expect(slot.ran == [[1, 2, 3]])
  }
}

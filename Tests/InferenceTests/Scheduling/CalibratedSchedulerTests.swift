import Synchronization
import Testing

@testable import Inference

@Suite struct CalibratedSchedulerTests {
  private static let memory = ModelMemory(weights: 100, perRequest: 10, workspace: 0)
  private typealias Scheduler = BatchScheduler<Int, Int>

  /// Slots in the order in which they were made, with the capacities they were made for.
  private final class Made {
    var slots: [SteppedSlot] = []
    var sizes: [Int] = []

    func make(_ capacity: Int, failure: (@Sendable ([Int]) throws -> Void)? = nil) -> SteppedSlot {
      let slot = SteppedSlot(capacity: capacity, isOpen: true, failure: failure)
      slots.append(slot)
      sizes.append(capacity)
      return slot
    }
  }

  @Test func measuresEverySizeThatFitsAndAnswers() throws {
    let made = Made()
    let budget = DeviceBudget(device: "card", total: 1000)
    let (scheduler, calibration) = try Scheduler.calibrated(
      name: "net", slots: 2, sizes: [1, 2, 4], memory: Self.memory, budget: budget, sample: 7
    ) { made.make($0) }
    #expect(made.sizes == [4, calibration.size])
    #expect(calibration.points.first?.size == 1)
    // One run to warm up and five measured ones, with the sample alone.
    #expect(made.slots[0].ran.prefix(6).allSatisfy { $0 == [7] })
    #expect(try scheduler.submit(3) == 30)
    #expect(budget.available == 1000 - 2 * Self.memory.bytes(batch: calibration.size))
  }

  @Test func theBudgetHoldsTheSizeDown() throws {
    let made = Made()
    // 100 + 2 · 10 fit, 100 + 4 · 10 do not; nor does a second slot.
    let budget = DeviceBudget(device: "card", total: 125)
    let (scheduler, calibration) = try Scheduler.calibrated(
      name: "net", slots: 2, sizes: [1, 2, 4], memory: Self.memory, budget: budget, sample: 7
    ) { made.make($0) }
    #expect(made.sizes == [2])
    #expect(calibration.points.allSatisfy { $0.size <= 2 })
    #expect(try scheduler.submit([1, 2, 3]) == [10, 20, 30])
  }

  @Test func whatASlotTookCountsInsteadOfTheGuess() throws {
    let taken = Mutex(0)
    let budget = DeviceBudget(device: "card", total: 1000, free: { 1000 - taken.withLock { $0 } })
    let (scheduler, _) = try Scheduler.calibrated(
      name: "net", slots: 2, sizes: [1], memory: Self.memory, budget: budget, sample: 7
    ) {
      taken.withLock { $0 += 60 }
      return SteppedSlot(capacity: $0, isOpen: true)
    }
    #expect(budget.available == 1000 - 2 * 60)
    withExtendedLifetime(scheduler) {}
  }

  /// 100 + 4 · 10 fit into 145, but not when 10 are left to others; nor does a second slot.
  @Test func othersAreLeftTheirPart() throws {
    let made = Made()
    let budget = DeviceBudget(device: "card", total: 145)
    _ = try Scheduler.calibrated(
      name: "net", slots: 2, sizes: [1, 2, 4], memory: Self.memory, budget: budget, spare: 10, sample: 7
    ) { made.make($0) }
    #expect(made.sizes == [2])
    // A single request may have all of it.
    let small = DeviceBudget(device: "card", total: 115)
    _ = try Scheduler.calibrated(
      name: "net", slots: 2, sizes: [1, 2, 4], memory: Self.memory, budget: small, spare: 10, sample: 7
    ) { made.make($0) }
    #expect(made.sizes == [2, 1])
  }

  @Test func theMemoryIsGivenBackWithTheScheduler() throws {
    let budget = DeviceBudget(device: "card", total: 125)
    do {
      let (scheduler, _) = try Scheduler.calibrated(
        name: "net", slots: 1, memory: Self.memory, budget: budget, sample: 7
      ) { SteppedSlot(capacity: $0, isOpen: true) }
      #expect(budget.available < 25)
      withExtendedLifetime(scheduler) {}
    }
    #expect(budget.available == 125)
  }

  @Test func whatDoesNotFitAtAllIsAnErrorThatNamesTheBudget() {
    let error = #expect(throws: InferenceError.self) {
      try Scheduler.calibrated(
        name: "net", slots: 1, memory: Self.memory, budget: DeviceBudget(device: "small card", total: 50), sample: 7
      ) { SteppedSlot(capacity: $0, isOpen: true) }
    }
    #expect(error?.code == .overBudget)
    #expect(error?.message.contains("small card") == true)
  }

  @Test func aSizeThatFindsNoMemoryIsNotChosen() throws {
    let made = Made()
    let (scheduler, calibration) = try Scheduler.calibrated(
      name: "net", slots: 1, sizes: [1, 2, 4, 8], memory: Self.memory, budget: nil, sample: 7
    ) { capacity in
      made.make(capacity) { if $0.count > 2 { throw InferenceError(.deviceOutOfMemory, "full") } }
    }
    #expect(calibration.size <= 2)
    #expect(made.slots[0].shrunk == [calibration.size])
    #expect(try scheduler.submit(Array(0..<5)) == [0, 10, 20, 30, 40])
    #expect(scheduler.statistics.halvings == 0)
  }
}

import CUDATestSupport
import Synchronization
import Testing

@testable import Inference

@Suite struct DeviceBudgetTests {
  @Test(arguments: [
    ("8GB", MemoryLimit.bytes(8_000_000_000)), ("8 gb", .bytes(8_000_000_000)), ("1.5GiB", .bytes(1_610_612_736)),
    ("500MB", .bytes(500_000_000)), ("512MiB", .bytes(536_870_912)), ("2g", .bytes(2_000_000_000)),
    ("1000000b", .bytes(1_000_000)), ("80%", .share(0.8)), ("100 %", .share(1)),
  ])
  func readsTheLimit(text: String, limit: MemoryLimit) throws {
    #expect(try MemoryLimit(text: text) == limit)
  }

  @Test(arguments: ["", "GB", "8", "-1GB", "0%", "101%", "eight GB", "1e30GB", "nanGB"])
  func refusesOtherLimits(text: String) {
    let error = #expect(throws: InferenceError.self) { try MemoryLimit(text: text) }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains("\"\(text)\"") == true)
  }

  @Test func aLimitIsNeverMoreThanTheDevice() {
    #expect(MemoryLimit.bytes(100).bytes(of: 60) == 60)
    #expect(MemoryLimit.share(0.5).bytes(of: 60) == 30)
  }

  @Test func promisesNoMoreThanTheLimit() throws {
    let budget = DeviceBudget(device: "card 0", total: 10_000_000_000, limit: .share(0.5))
    let first = try budget.reserve(3_000_000_000, for: "one")
    #expect(budget.available == 2_000_000_000)
    let error = #expect(throws: InferenceError.self) { try budget.reserve(2_500_000_000, for: "two") }
    #expect(error?.code == .overBudget)
    for words in ["two needs about 2.5 GB", "card 0", "--gpu-memory-limit leaves 5.0 GB", "2.0 GB of it free"] {
      #expect(error?.message.contains(words) == true)
    }
    #expect(budget.available == 2_000_000_000)
    withExtendedLifetime(first) {}
  }

  @Test func givesBackWithTheReservation() throws {
    let budget = DeviceBudget(device: "card 0", total: 100)
    do {
      let held = try budget.reserve(100, for: "all")
      #expect(budget.available == 0)
      held.settle()
      #expect(budget.available == 0)
    }
    #expect(budget.available == 100)
  }

  @Test func seesWhatOtherProcessesHold() throws {
    let free = FreeMemory(100)
    let budget = DeviceBudget(device: "card 0", total: 100, free: { free.value })
    free.value = 40
    #expect(budget.available == 40)
    let held = try budget.reserve(30, for: "net")
    // Promised, not yet allocated: the driver still counts it as free.
    #expect(budget.available == 10)
    free.value = 10
    held.settle()
    held.settle()
    #expect(budget.available == 10)
    #expect(throws: InferenceError.self) { try budget.reserve(11, for: "more") }
  }

  @Test func readsTheBudgetFromTheCard() throws {
    let machine = try EmulatedMachine([.init(memory: 1000 << 20)])
    defer { withExtendedLifetime(machine) {} }
    let budget = DeviceBudget(try machine.context(), limit: .share(0.9))
    #expect(budget.limit == 900 << 20)
    #expect(budget.available == 900 << 20)
    machine.setOthers(300 << 20)
    #expect(budget.available == 700 << 20)
    #expect(budget.sentence.contains("device 0"))
  }

  // MARK: Shared

  @Test func aCardHasOneBudget() throws {
    let machine = try EmulatedMachine([.init(memory: 1000 << 20), .init(mark: 2, memory: 500 << 20)])
    let budget = DeviceBudget.shared(for: try machine.context())
    #expect(DeviceBudget.shared(for: try machine.context()) === budget)
    #expect(DeviceBudget.shared(for: try machine.context(1)) !== budget)
    let other = try EmulatedMachine()
    #expect(DeviceBudget.shared(for: try other.context()) !== budget)
    #expect(budget.limit == 1000 << 20)
    #expect(budget.limit(holding: 5) == nil)
  }

  @Test func theSmallestLimitCounts() throws {
    let machine = try EmulatedMachine([.init(memory: 1000 << 20)])
    let context = try machine.context()
    let budget = DeviceBudget.shared(for: context)
    #expect(!budget.sentence.contains("--gpu-memory-limit"))
    _ = DeviceBudget.shared(for: context, limit: .bytes(400 << 20))
    _ = DeviceBudget.shared(for: context, limit: .share(0.9))
    _ = DeviceBudget.shared(for: context)
    #expect(budget.limit == 400 << 20)
    #expect(budget.sentence.contains("--gpu-memory-limit"))
    let held = try budget.reserve(100 << 20, for: "net")
    #expect(budget.limit(holding: held.bytes) == 400 << 20)
  }

  @Test func blocksOfTheCardAreCounted() throws {
    let machine = try EmulatedMachine([.init(memory: 1000 << 20)])
    let context = try machine.context()
    let budget = DeviceBudget.shared(for: context, limit: .bytes(1000))
    // Whoever takes memory of the card is counted, without knowing of the budget.
    var block: DeviceMemory? = try DeviceMemory(byteCount: 700, on: context)
    #expect(budget.available == 300)
    let error = #expect(throws: InferenceError.self) { try DeviceMemory(byteCount: 301, on: context, budget: budget) }
    #expect(error?.code == .overBudget)
    machine.fail("cuMemAlloc_v2", result: 2)
    let failed = #expect(throws: InferenceError.self) { try DeviceMemory(byteCount: 10, on: context, budget: budget) }
    #expect(failed?.code == .deviceOutOfMemory)
    #expect(budget.available == 300)
    block = nil
    #expect(block == nil && budget.available == 1000)
  }

  @Test func guessesWhatAModelTakes() {
    let memory = ModelMemory(fileBytes: 500 << 20, tensorBytes: 1 << 20, half: false)
    #expect(memory.bytes(batch: 1) == (500 + 64 + 64) << 20)
    #expect(memory.bytes(batch: 4) == (500 + 64 + 4 * 64) << 20)
    #expect(ModelMemory(fileBytes: 500 << 20, tensorBytes: 1 << 20, half: true).weights == 250 << 20)
    #expect(ModelMemory(fileBytes: 0, tensorBytes: 4, half: true).perRequest == 16 << 20)
  }
}

private final class FreeMemory: Sendable {
  private let bytes: Mutex<Int>

  init(_ bytes: Int) { self.bytes = Mutex(bytes) }

  var value: Int {
    get { bytes.withLock { $0 } }
    set { bytes.withLock { $0 = newValue } }
  }
}

@Suite struct BatchCalibrationTests {
  /// Seconds of a run that has a fixed part and one for each request.
  private static func time(_ size: Int, fixed: Double, each: Double) -> Double { fixed + Double(size) * each }

  @Test func takesTheSmallestSizeThatIsAsGoodAsTheBest() throws {
    // Requests a second: 1: 9.09, 2: 16.7, 4: 28.6, 8: 44.4, 16: 61.5, so larger is better throughout.
    let growing = try BatchCalibration.run { Self.time($0, fixed: 0.1, each: 0.01) }
    #expect(growing.size == 16)
    #expect(growing.points.map(\.size) == [1, 2, 4, 8, 16])
    // 1: 99, 2: 99.5: nothing to gain.
    #expect(try BatchCalibration.run { Self.time($0, fixed: 0.0001, each: 0.01) }.size == 1)
  }

  @Test func endsWhereItGetsSlower() throws {
    let calibration = try BatchCalibration.run { $0 < 4 ? 0.01 : Double($0) }
    #expect(calibration.size == 2)
    #expect(calibration.points.map(\.size) == [1, 2, 4])
  }

  @Test func staysWithinTheBudget() throws {
    #expect(try BatchCalibration.run(fits: { $0 <= 4 }) { Self.time($0, fixed: 1, each: 0) }.size == 4)
    #expect(try BatchCalibration.run(fits: { _ in false }) { _ in 1 }.points.map(\.size) == [1])
  }

  @Test func aSizeWithoutMemoryEndsTheSearch() throws {
    let measure: (Int) throws -> Double = { size in
      if size > 4 { throw InferenceError(.deviceOutOfMemory, "full") }
      return Self.time(size, fixed: 1, each: 0)
    }
    #expect(try BatchCalibration.run(measure: measure).size == 4)
    #expect(throws: InferenceError.self) { try BatchCalibration.run(sizes: [8, 16], measure: measure) }
  }

  @Test func measuresAfterOneRunThatDoesNotCount() {
    var runs = 0
    let seconds = BatchCalibration.seconds(rounds: 3) { runs += 1 }
    #expect(runs == 4)
    #expect(seconds >= 0)
  }
}

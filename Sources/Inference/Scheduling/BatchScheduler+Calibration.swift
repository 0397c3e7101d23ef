import Logging

extension BatchScheduler {
  /// A scheduler whose slots fit the budget and whose batch size was measured.
  ///
  /// The first slot is made for the largest size that the budget has room for, measured at each size, and held to the
  /// one chosen. Further slots of that size follow as long as there is memory: two let the card compute one batch while
  /// the next is made ready.
  ///
  /// - Parameters:
  ///   - slots: How many are wanted, 1 or more.
  ///   - sizes: Batch sizes to try, ascending.
  ///   - memory: What a slot takes.
  ///   - budget: nil on the processor, where memory is not counted.
  ///   - spare: What is left to others of the budget, in bytes, before batches become larger or slots more.
  ///   - sample: A request to measure with; its answers are thrown away.
  ///   - make: A slot for batches of up to so many requests.
  /// - Throws: `overBudget` when not even one request fits, by the estimate or when it is tried, and what making or
  ///   running the first slot throws.
  public static func calibrated<Made: BatchSlot>(
    name: String, slots wanted: Int, sizes: [Int] = [1, 2, 4, 8, 16], memory: ModelMemory, budget: DeviceBudget?,
    spare: Int = 0, sample: Request, make: (Int) throws -> Made
  ) throws -> (scheduler: BatchScheduler, calibration: BatchCalibration)
  where Made.Request == Request, Made.Answer == Answer {
    let limits = { budget?.sentence ?? "no --gpu-memory-limit is set" }
    do {
      return try measured(
        name: name, slots: wanted, sizes: sizes, memory: memory, budget: budget, spare: spare, limits: limits,
        sample: sample, make: make)
    } catch let error as InferenceError where error.code == .deviceOutOfMemory {
      throw overBudget(name, limits(), error)
    }
  }

  private static func measured<Made: BatchSlot>(
    name: String, slots wanted: Int, sizes: [Int], memory: ModelMemory, budget: DeviceBudget?, spare: Int,
    limits: () -> String, sample: Request, make: (Int) throws -> Made
  ) throws -> (scheduler: BatchScheduler, calibration: BatchCalibration)
  where Made.Request == Request, Made.Answer == Answer {
    let room = budget.map { $0.available - spare } ?? .max
    let fitting = sizes.filter { memory.bytes(batch: $0) <= room }
    let largest = fitting.last ?? sizes.first ?? 1
    var held = try budget.map { [try $0.reserve(memory.bytes(batch: largest), for: name)] } ?? []
    let free = budget?.freeOnDevice
    let first = try make(largest)
    let calibration = try BatchCalibration.run(sizes: fitting.isEmpty ? [largest] : fitting) { size in
      let requests = Array(repeating: sample, count: size)
      return try BatchCalibration.seconds {
        _ = try first.run(requests)
        try first.waitUntilReady()
      }
    }
    if calibration.size < largest { try first.shrink(to: calibration.size) }
    try first.warmUp()
    // From now on it counts what was taken, or else what was guessed. Given back before the other promise is made, or the
    // two together might not fit.
    held = []
    let need = budget?.taken(since: free) ?? memory.bytes(batch: calibration.size)
    held = budget.map { [$0.reserve(taken: need)] } ?? []
    var made = [first]
    while made.count < wanted, budget.map({ $0.available - spare >= need }) ?? true {
      guard let next = try another(name, calibration.size, need, budget, make) else { break }
      made.append(next.slot)
      held += next.reservation.map { [$0] } ?? []
    }
    log.info("\(name): \(made.count) slot(s) with batches of up to \(calibration.size).")
    let scheduler = BatchScheduler(name: name, slots: made, budget: limits(), keeping: held)
    return (scheduler, calibration)
  }

  /// One more slot, or nil when memory does not allow it.
  private static func another<Made: BatchSlot>(
    _ name: String, _ size: Int, _ bytes: Int, _ budget: DeviceBudget?, _ make: (Int) throws -> Made
  ) throws -> (slot: Made, reservation: MemoryReservation?)? {
    do {
      let reservation = try budget?.reserve(bytes, for: name)
      let slot = try make(size)
      try slot.warmUp()
      reservation?.settle()
      return (slot, reservation)
    } catch let error as InferenceError where error.isMemory {
      log.info("\(name): no memory for another slot. \(error.message)")
      return nil
    }
  }
}

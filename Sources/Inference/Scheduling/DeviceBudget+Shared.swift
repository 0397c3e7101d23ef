import Synchronization

extension DeviceBudget {
  private struct Key: Hashable {
    let driver: ObjectIdentifier
    let ordinal: Int
  }

  private struct Known: Sendable {
    weak var budget: DeviceBudget?
  }

  private static let known = Mutex<[Key: Known]>([:])

  /// The budget of a card in this process: one for networks, frames and everything else that takes its memory. It lives
  /// as long as somebody holds it.
  ///
  /// - Parameter limit: `--gpu-memory-limit`. Whoever states one holds all others to it as well; the smallest counts.
  public static func shared(for context: CUDAContext, limit: MemoryLimit? = nil) -> DeviceBudget {
    // A budget keeps its driver, so the driver of a living one is not mistaken for another.
    let key = Key(driver: ObjectIdentifier(context.driver), ordinal: context.device.ordinal)
    let budget = known.withLock { known in
      if let budget = known[key]?.budget { return budget }
      let made = DeviceBudget(context)
      known[key] = Known(budget: made)
      return made
    }
    if let limit { budget.lower(to: limit) }
    return budget
  }

  /// The card's shared budget, if anybody holds it.
  static func known(for context: CUDAContext) -> DeviceBudget? {
    let key = Key(driver: ObjectIdentifier(context.driver), ordinal: context.device.ordinal)
    return known.withLock { $0[key]?.budget }
  }

  /// Promises the memory of a model's weights on the card that it is about to be loaded to; nil on other devices, where
  /// the driver cannot be asked, and where the weights are part of a slot that was promised as a whole.
  static func reserve(
    weights bytes: Int, of name: String, provider: ExecutionProvider, options: SessionOptions
  ) throws -> MemoryReservation? {
    guard provider.usesCUDA, !options.cuda.isCounted, let driver = try? CUDADriver.open(),
      let device = try driver.devices().first(where: { $0.ordinal == options.deviceID })
    else { return nil }
    let budget = shared(
      for: try CUDAContext(device, driver: driver), limit: options.cuda.memoryLimit.map(MemoryLimit.bytes))
    return try budget.reserve(bytes, for: name)
  }
}

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
}

/// A card that networks run on.
public struct DeviceCard: Sendable {
  public let context: CUDAContext
  /// What all that takes the card's memory asks.
  public let budget: DeviceBudget
  /// Looks at outputs of half precision that stay on the card; nil: nobody does.
  let checker: (any NumbersChecking)?
  /// The card's memory is the host's own, as that of an emulated card: networks run on the processor.
  package let isHostMemory: Bool

  public init(_ context: CUDAContext, budget: DeviceBudget, checker: (any NumbersChecking)? = nil) {
    self.init(context, budget: budget, checker: checker, isHostMemory: false)
  }

  package init(
    _ context: CUDAContext, budget: DeviceBudget, checker: (any NumbersChecking)? = nil, isHostMemory: Bool
  ) {
    self.context = context
    self.budget = budget
    self.checker = checker
    self.isHostMemory = isHostMemory
  }

  /// Where the memory lies, for the runtime.
  var place: MemoryPlace { isHostMemory ? .host : .cuda(device: context.device.ordinal) }
}

/// A model on a card, for all who ask it: slots with streams of their own, batches as large as pay and as the card's
/// memory allows.
///
/// A request says how its inputs get there (from the host, or by kernels that are queued before the network) and what
/// becomes of its outputs (to the host, or left on the card for the kernels that follow).
public final class DeviceBatches: Sendable {
  public let name: String
  public let context: CUDAContext
  /// Of one request.
  public let inputs: [TensorInfo]
  public let outputs: [TensorInfo]
  /// What was measured to find the batch size.
  public let calibration: BatchCalibration
  private let scheduler: BatchScheduler<DeviceRequest, DeviceAnswer>
  private let model: CardModel
  private let streams: [CUDAStream]
  private let doubt: PrecisionDoubt
  /// What the streams had carried before the first request.
  private let before: CUDACounts

  /// How many slots take turns, where there is memory for them.
  static let wantedSlots = 2

  /// Larger batches and further slots leave this part of the card's budget to frames and to what works on them: 1 / 8.
  static let shareOfOthers = 8

  var slotCount: Int { scheduler.slotCount }

  /// Opens a model from its bytes, tries whether it takes several requests at once, and measures how many pay.
  ///
  /// - Parameters:
  ///   - options: with the provider of the card; device and stream are set here.
  ///   - shapes: by name, beginning with 1, for inputs and outputs that leave more than the batch open.
  ///   - largest: the most requests in a batch.
  ///   - outputsOnCard: most requests leave their outputs on the card; such ones are measured.
  /// - Throws: `overBudget` when not even one request fits into the card's budget, `tensorMismatch` when a size is
  ///   open and not given, and what opening and running a session throws.
  public convenience init(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions, card: DeviceCard,
    shapes: [String: [Int]] = [:], largest: Int, outputsOnCard: Bool = false
  ) throws {
    var options = options
    options.deviceID = card.context.device.ordinal
    options.batching = .off
    options.halfInterface = false
    options.cuda.stream = nil
    options.cuda.capturesGraph = false
    // Before anything is loaded: room for the weights of the two sessions that are compared.
    _ = try card.budget.reserve((largest > 1 ? 2 : 1) * bytes.count, for: name)
    let model = try CardModel.open(
      runtime: runtime, bytes: bytes, name: name, options: options, shapes: shapes, largest: largest)
    let sizes = BoundSlot<Void, Void>.doublings(max(1, largest))
    try self.init(model, card: card, sizes: sizes, outputsOnCard: outputsOnCard)
  }

  /// - Parameter sizes: of batches, ascending.
  init(_ model: CardModel, card: DeviceCard, sizes: [Int], outputsOnCard: Bool = false) throws {
    let pool = DeviceMemoryPool(on: card.context, budget: card.budget)
    let (flags, doubt) = (PinnedFlags(on: card.context), PrecisionDoubt())
    var streams: [CUDAStream] = []
    // Carried up once, so that only the network is measured.
    let numbers = WarmUpInput.tensors(for: model.inputs, shapes: [:]).map(DeviceConstant.init)
    let sample = DeviceRequest(
      inputs: numbers.map { .constant($0) }, outputs: model.outputs.map { _ in outputsOnCard ? .card : .host })
    let memory = model.memory
    let sizes = model.takesBatches ? sizes : [1]
    let (scheduler, calibration) = try BatchScheduler<DeviceRequest, DeviceAnswer>.calibrated(
      name: model.name, slots: Self.wantedSlots, sizes: sizes, memory: memory, budget: card.budget,
      spare: card.budget.limit / Self.shareOfOthers, sample: sample
    ) { capacity in
      // The stream comes first: everything of the session is queued on it, and it outlives the session.
      let stream = try CUDAStream(on: card.context)
      let slot = try DeviceSlot(
        model: model, capacity: capacity, stream: stream, card: card, pool: pool, flags: flags, doubt: doubt,
        memoryLimit: card.budget.limit(holding: memory.bytes(batch: capacity)))
      streams.append(stream)
      return slot
    }
    pool.releaseAll()
    self.model = model
    name = model.name
    context = card.context
    (inputs, outputs) = (model.inputs, model.outputs)
    self.scheduler = scheduler
    self.calibration = calibration
    self.streams = streams
    self.doubt = doubt
    before = DeviceBatches.counts(streams)
  }

  /// Waits for the answer: until it is on the host, or until the work for it is queued on the card where all of it
  /// stays there.
  ///
  /// - Throws: What went wrong with this request, or the reason given to ``stop(_:)``.
  public func run(_ request: DeviceRequest) throws -> DeviceAnswer { try scheduler.submit(request) }

  /// The same for several requests, in their order. They may be computed in one batch or in several.
  public func run(_ requests: [DeviceRequest]) throws -> [DeviceAnswer] { try scheduler.submit(requests) }

  /// How requests were put together.
  public var statistics: BatchStatistics { scheduler.statistics }

  /// What was copied for requests, and how many kernels were started for them.
  public var counts: CUDACounts { DeviceBatches.counts(streams) - before }

  private static func counts(_ streams: [CUDAStream]) -> CUDACounts {
    streams.reduce(into: CUDACounts()) { $0 += $1.counts }
  }

  /// What the network runs on and how. Waits for outputs that are still to be looked at.
  public var report: ModelReport {
    doubt.settle()
    return model.report(statistics)
  }

  /// Whether half precision has given numbers that are not finite. Waits for the outputs that are still to be looked at.
  public func hasFallenBack() -> Bool {
    doubt.settle()
    return doubt.isRaised
  }

  /// Ends all waiting with this error. Later requests fail at once.
  public func stop(_ reason: any Error) { scheduler.stop(reason) }
}

/// One model in batches, asked by all sessions that were opened on it with the same options. It goes with the last of
/// them.
///
/// The batch size is found by a short measurement within what the device's memory allows. Two slots take turns, where
/// there is memory for two: while the device computes one batch, the answers of the other are fetched and the next
/// requests gather.
final class SharedBatches: Sendable {
  typealias Scheduler = BatchScheduler<[Tensor], [Tensor]>

  /// nil: the model takes one request at a time.
  let scheduler: Scheduler?
  /// Of one request.
  let inputs: [TensorInfo]

  static let slotCount = 2

  /// The batches of a model; nil when the options and the provider ask for none.
  static func of(
    _ model: LoadedModel, bytes: [UInt8], options: SessionOptions
  ) throws -> SharedBatches? {
    let sizes = options.batching.sizes(on: model.providers.first ?? .cpu)
    guard let largest = sizes.last, largest > 1 else { return nil }
    let key = ModelKey(name: model.name, options: options, digest: ContentDigest(bytes))
    return try model.runtime.batches.model(key) {
      try SharedBatches(model, bytes: bytes, options: options, sizes: sizes)
    }
  }

  private init(_ model: LoadedModel, bytes: [UInt8], options: SessionOptions, sizes: [Int]) throws {
    var options = options
    options.batching = .off
    let card = try CardPlace.of(model, options: options)
    guard let batched = try BatchedModel.open(runtime: model.runtime, bytes: bytes, name: model.name, options: options),
      batched.isClosed
    else {
      (scheduler, inputs) = (nil, [])
      return
    }
    inputs = batched.inputs
    let memory = batched.memory(fileBytes: bytes.count)
    let sample = WarmUpInput.tensors(for: batched.inputs, shapes: [:])
    if let card {
      scheduler = try Scheduler.calibrated(
        name: model.name, slots: SharedBatches.slotCount, sizes: sizes, memory: memory, budget: card.budget,
        sample: sample
      ) { try card.slot(of: batched, cuda: options.cuda, capacity: $0) }.scheduler
    } else {
      scheduler = try Scheduler.calibrated(
        name: model.name, slots: SharedBatches.slotCount, sizes: sizes, memory: memory, budget: nil, sample: sample
      ) { try batched.hostSlot(capacity: $0) }.scheduler
    }
  }
}

/// The card that a model runs on, with what its slots need of it.
struct CardPlace {
  let context: CUDAContext
  let budget: DeviceBudget
  /// Whether no node falls back to the processor, so that a run can be recorded as a graph.
  let runsWhole: Bool

  /// A slot on a stream of its own.
  func slot(of model: BatchedModel, cuda: CUDAOptions, capacity: Int) throws -> CardSlot {
    // The stream comes first: everything of the session is queued on it, and it outlives the session.
    let stream = try CUDAStream(on: context)
    var cuda = cuda
    cuda.stream = stream.address
    cuda.capturesGraph = runsWhole
    return CardSlot(model: try model.again(cuda: cuda), capacity: capacity, stream: stream)
  }

  /// nil for other devices, and where the driver cannot be asked.
  static func of(_ model: LoadedModel, options: SessionOptions) throws -> CardPlace? {
    guard model.providers.first == .cuda, let driver = try? CUDADriver.open(),
      let device = try driver.devices().first(where: { $0.ordinal == options.deviceID })
    else { return nil }
    let context = try CUDAContext(device, driver: driver)
    return CardPlace(
      context: context, budget: DeviceBudget(context, limit: options.cuda.memoryLimit.map(MemoryLimit.bytes)),
      runsWhole: model.placement.map(\.fallen.isEmpty) ?? false)
  }
}

extension BatchedModel {
  /// Whether nothing but the batch is open, so that tensors can be made beforehand.
  fileprivate var isClosed: Bool { (inputs + outputs).allSatisfy { !$0.shape.contains(-1) } }

  fileprivate func memory(fileBytes: Int) -> ModelMemory {
    let numbers = (inputs + outputs).reduce(0) { $0 + $1.shape.reduce(1, *) * $1.type.byteCount }
    return ModelMemory(fileBytes: fileBytes, tensorBytes: numbers, half: session.precision?.isHalf == true)
  }
}

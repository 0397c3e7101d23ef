/// One model in batches, asked by all sessions that were opened on it with the same options. It goes with the last of
/// them.
///
/// The batch size is found by a short measurement within what the device's memory allows. Two slots take turns, where
/// there is memory for two: while the device computes one batch, the answers of the other are fetched and the next
/// requests gather.
final class SharedBatches: Sendable {
  private enum Runner: Sendable {
    case card(DeviceBatches)
    case scheduler(BatchScheduler<[Tensor], [Tensor]>)
  }

  /// nil: the model takes one request at a time, and each session runs for itself.
  private let runner: Runner?
  /// Of one request.
  let inputs: [TensorInfo]

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
    guard let batched = try BatchedModel.open(runtime: model.runtime, bytes: bytes, name: model.name, options: options),
      batched.isClosed
    else {
      (runner, inputs) = (nil, [])
      return
    }
    inputs = batched.inputs
    if let card = try DeviceCard.of(model, options: options) {
      runner = .card(try DeviceBatches(CardModel(batched), card: card, sizes: sizes))
    } else {
      let sample = WarmUpInput.tensors(for: batched.inputs, shapes: [:])
      let memory = try CardModel(batched).memory
      runner = .scheduler(
        try BatchScheduler<[Tensor], [Tensor]>.calibrated(
          name: model.name, slots: DeviceBatches.wantedSlots, sizes: sizes, memory: memory, budget: nil, sample: sample
        ) { try batched.hostSlot(capacity: $0) }.scheduler)
    }
  }

  /// Whether sessions run together.
  var isShared: Bool { runner != nil }

  var statistics: BatchStatistics {
    switch runner {
    case .card(let batches): batches.statistics
    case .scheduler(let scheduler): scheduler.statistics
    case nil: BatchStatistics()
    }
  }

  /// Waits for the answer to one request; nil where each session runs for itself.
  func run(_ request: [Tensor]) throws -> [Tensor]? {
    switch runner {
    case .card(let batches): try batches.run(DeviceRequest(inputs: request.map { .host($0) })).host.compactMap { $0 }
    case .scheduler(let scheduler): try scheduler.submit(request)
    case nil: nil
    }
  }
}

extension DeviceCard {
  /// The card that a model runs on; nil for other devices, and where the driver cannot be asked.
  fileprivate static func of(_ model: LoadedModel, options: SessionOptions) throws -> DeviceCard? {
    guard model.providers.first == .cuda, let driver = try? CUDADriver.open(),
      let device = try driver.devices().first(where: { $0.ordinal == options.deviceID })
    else { return nil }
    let context = try CUDAContext(device, driver: driver)
    return DeviceCard(
      context, budget: .shared(for: context, limit: options.cuda.memoryLimit.map(MemoryLimit.bytes)))
  }
}

extension BatchedModel {
  /// Whether nothing but the batch is open, so that tensors can be made beforehand.
  fileprivate var isClosed: Bool { (inputs + outputs).allSatisfy { !$0.shape.contains(-1) } }
}

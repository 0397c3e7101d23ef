import Logging

/// One model in batches, asked by all sessions that were opened on it with the same options. It goes with the last of
/// them.
///
/// The batch size is found by a short measurement within what the device's memory allows. Two slots take turns: while
/// the device computes one batch, the answers of the other are fetched and the next requests gather.
final class SharedBatches: Sendable {
  typealias Scheduler = BatchScheduler<[Tensor], [Tensor]>

  /// nil: the model takes one request at a time, or gains nothing from more.
  let scheduler: Scheduler?
  /// Of one request.
  let inputs: [TensorInfo]
  private let reservation: MemoryReservation?

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
    let device = try CardPlace.of(model, options: options)
    guard let batched = try BatchedModel.open(runtime: model.runtime, bytes: bytes, name: model.name, options: options),
      batched.isClosed
    else {
      (scheduler, reservation, inputs) = (nil, nil, [])
      return
    }
    inputs = batched.inputs
    let maker = SlotMaker(model: batched, cuda: options.cuda, card: device)
    let memory = batched.memory(fileBytes: bytes.count)
    let size =
      try sizes.count == 1
      ? sizes[0]
      : SharedBatches.calibrated(batched, maker, sizes: sizes) {
        memory.bytes(batch: $0) * SharedBatches.slotCount <= device?.budget.available ?? .max
      }
    guard size > 1 else {
      (scheduler, reservation) = (nil, nil)
      return
    }
    reservation = try device?.budget.reserve(
      memory.bytes(batch: size) * SharedBatches.slotCount, for: model.name)
    let slots = try (0..<SharedBatches.slotCount).map { _ -> any BatchSlot<[Tensor], [Tensor]> in
      try maker.slot(capacity: size)
    }
    reservation?.settle()
    scheduler = Scheduler(
      name: model.name, slots: slots, budget: device?.budget.sentence ?? "no --gpu-memory-limit is set")
  }

  /// The size that pays best.
  private static func calibrated(
    _ model: BatchedModel, _ maker: SlotMaker, sizes: [Int], fits: (Int) -> Bool
  ) throws -> Int {
    let calibration = try BatchCalibration.run(sizes: sizes, fits: fits) { size in
      let slot = try maker.slot(capacity: size)
      let requests = (1...size).map { WarmUpInput.tensors(for: model.inputs, shapes: [:], seed: UInt64($0)) }
      return try BatchCalibration.seconds { _ = try slot.run(requests) }
    }
    let text = calibration.points.map { "\($0.size) in \((1e4 * $0.seconds).rounded() / 10) ms" }
    log.info("\(model.session.name): batches of \(calibration.size); measured: \(text.joined(separator: ", ")).")
    return calibration.size
  }
}

/// Makes the slots of one model, on a card where there is one.
private struct SlotMaker {
  let model: BatchedModel
  let cuda: CUDAOptions
  let card: CardPlace?

  /// A slot that has run each of its shapes.
  func slot(capacity: Int) throws -> any BatchSlot<[Tensor], [Tensor]> {
    guard let card else {
      let slot = try model.hostSlot(capacity: capacity)
      try slot.warmUp()
      return slot
    }
    // The stream comes first: everything of the session is queued on it, and it outlives the session.
    let stream = try CUDAStream(on: card.context)
    var cuda = cuda
    cuda.stream = stream.address
    cuda.capturesGraph = card.runsWhole
    let slot = CardSlot(model: try model.again(cuda: cuda), capacity: capacity, stream: stream)
    try slot.warmUp()
    return slot
  }
}

/// The card that a model runs on, with what its slots need of it.
struct CardPlace {
  let context: CUDAContext
  let budget: DeviceBudget
  /// Whether no node falls back to the processor, so that a run can be recorded as a graph.
  let runsWhole: Bool

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

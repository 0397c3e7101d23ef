public import DeviceImaging
public import Inference
public import ModelStore
import Synchronization

/// The networks that run on cards: one of each model and card, for all workers.
///
/// What is asked about a frame that lies on a card (`Frame.device`) is cut out there and answered there; about other
/// frames each worker's own session is asked. Given to ``FaceNetworks``.
public final class CardNetworks: Sendable {
  private struct Key: Hashable {
    let model: ModelID
    let shapes: [String: [Int]]
  }

  private let runtime: OnnxRuntime
  private let models: any ModelLoading
  private let session: SessionOptions
  private let cards: [(imager: DeviceImager, card: DeviceCard)]
  private let capacity: Int
  private let state = Mutex(State())
  private let making = Mutex(())

  private struct State: Sendable {
    var networks: [Key: [CardNetwork]] = [:]
    /// What does not fit its form, so that it is not loaded for every worker.
    var refused: [Key: InferenceError] = [:]
    var stopReason: (any Error)?

    func known(_ key: Key) throws -> [CardNetwork]? {
      if let error = refused[key] { throw error }
      return networks[key]
    }
  }

  /// - Parameters:
  ///   - session: with the provider of the cards, and `--gpu-memory-limit` as `cuda.memoryLimit`; device and stream are
  ///     set here.
  ///   - imagers: one for each card.
  ///   - capacity: the most requests in a batch.
  public convenience init(
    runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions, imagers: [DeviceImager],
    capacity: Int = 8
  ) {
    self.init(
      runtime: runtime, models: models, session: session, imagers: imagers, capacity: capacity, isHostMemory: false)
  }

  /// - Parameter isHostMemory: the card's memory is the host's own, as that of an emulated card.
  package init(
    runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions, imagers: [DeviceImager],
    capacity: Int, isHostMemory: Bool
  ) {
    self.runtime = runtime
    self.models = models
    self.session = session
    self.capacity = capacity
    let limit = session.cuda.memoryLimit.map(MemoryLimit.bytes)
    cards = imagers.map { imager in
      let budget = DeviceBudget.shared(for: imager.context, limit: limit)
      return (imager, DeviceCard(imager.context, budget: budget, checker: imager, isHostMemory: isHostMemory))
    }
  }

  /// The network of a model on every card, made ready on first use and then shared: weights, batch size, recorded
  /// graphs. That takes seconds, see ``prepare(_:_:)``.
  ///
  /// Throws what loading throws, and ``InferenceError``: `overBudget` when a card has no room for it, `tensorMismatch`
  /// when the form leaves a size open.
  public func network(_ model: ModelID, _ form: CardForm) throws -> CardNetworkGroup {
    let key = Key(model: model, shapes: form.shapes)
    if let known = try state.withLock({ try $0.known(key) }) { return CardNetworkGroup(networks: known) }
    // One after the other: measurements side by side would disturb each other.
    return try making.withLock { _ in
      if let known = try state.withLock({ try $0.known(key) }) { return CardNetworkGroup(networks: known) }
      let made = try make(key, form)
      let reason = state.withLock { state in
        state.networks[key] = made
        return state.stopReason
      }
      if let reason { made.forEach { $0.batches.stop(reason) } }
      return CardNetworkGroup(networks: made)
    }
  }

  private func make(_ key: Key, _ form: CardForm) throws -> [CardNetwork] {
    do {
      let bytes = try models.load(key.model)
      return try cards.map { imager, card in
        CardNetwork(imager: imager, batches: try batches(key.model, form, bytes, card))
      }
    } catch let error as InferenceError where error.code == .tensorMismatch {
      state.withLock { $0.refused[key] = error }
      throw error
    }
  }

  /// Makes a network ready before the first frame asks for it.
  public func prepare(_ model: ModelID, _ form: CardForm) throws { _ = try network(model, form) }

  private func batches(
    _ model: ModelID, _ form: CardForm, _ bytes: [UInt8], _ card: DeviceCard
  ) throws -> DeviceBatches {
    var options = session
    options.warmUpShapes.merge(form.shapes) { _, new in new }
    return try DeviceBatches(
      runtime: runtime, bytes: bytes, name: model.rawValue, options: options, card: card, shapes: form.shapes,
      largest: capacity, outputsOnCard: form.outputsOnCard)
  }

  // MARK: What was done

  private var all: [(key: Key, networks: [CardNetwork])] { state.withLock { $0.networks.map { ($0.key, $0.value) } } }

  /// How the requests of each model were put together on the first card, by the model's name.
  public var statistics: [String: BatchStatistics] {
    Dictionary(all.compactMap { key, all in all.first.map { (key.model.rawValue, $0.batches.statistics) } }) {
      first, _ in first
    }
  }

  /// What each model runs on and how, as far as cards answer for it.
  public var reports: [ModelReport] { all.compactMap { $0.networks.first?.batches.report } }

  /// What requests carried to the cards and back, and the kernels that were started for them.
  public var copies: CUDACounts {
    all.flatMap(\.networks).reduce(into: CUDACounts()) { $0 += $1.batches.counts }
  }

  /// The budget of a card; nil when it is none of these.
  public func budget(ordinal: Int) -> DeviceBudget? {
    cards.first { $0.imager.context.device.ordinal == ordinal }?.card.budget
  }

  /// Ends the work: whoever waits for an answer gets the reason.
  public func stop(_ reason: any Error) {
    state.withLock { $0.stopReason = $0.stopReason ?? reason }
    for network in all.flatMap(\.networks) { network.batches.stop(reason) }
  }
}

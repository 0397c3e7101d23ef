public import DeviceImaging
import Imaging
public import Inference
public import ModelStore
import Synchronization

/// The networks that find and describe faces on cards: one of each model and card, for all workers.
///
/// What is asked about a frame that lies on a card (`Frame.device`) is cut out there and answered there; about other
/// frames each worker's own session is asked. Given to ``FaceNetworks``.
public final class CardNetworks: Sendable {
  private struct Key: Hashable {
    let model: ModelID
    let form: PictureForm
  }

  private let runtime: OnnxRuntime
  private let models: any ModelLoading
  private let session: SessionOptions
  private let imagers: [DeviceImager]
  private let capacity: Int
  private let isHostMemory: Bool
  private let networks = Mutex<[Key: [CardNetwork]]>([:])

  /// - Parameters:
  ///   - session: with the provider of the cards; device and stream are set here.
  ///   - imagers: one for each card.
  ///   - capacity: the most crops in a batch.
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
    self.imagers = imagers
    self.capacity = capacity
    self.isHostMemory = isHostMemory
  }

  /// The network of a model on every card, made on first use and then shared.
  ///
  /// - Parameter input: the name of its input.
  func network(_ model: ModelID, _ form: PictureForm, input: String) throws -> CardNetworkGroup {
    try networks.withLock { networks in
      let key = Key(model: model, form: form)
      if let known = networks[key] { return CardNetworkGroup(networks: known) }
      let made = try imagers.map { try make(model, form, input: input, $0) }
      networks[key] = made
      return CardNetworkGroup(networks: made)
    }
  }

  private func make(
    _ model: ModelID, _ form: PictureForm, input: String, _ imager: DeviceImager
  ) throws -> CardNetwork {
    let stream = try CUDAStream(on: imager.context)
    var options = session
    options.deviceID = imager.context.device.ordinal
    options.cuda.stream = isHostMemory ? nil : stream.address
    // Requests are put together here, and crops come as single precision.
    options.batching = .off
    options.halfInterface = false
    options.warmUpShapes[input] = [1, 3, form.inputSize.height, form.inputSize.width]
    return try CardNetwork(
      runtime: runtime, bytes: try models.load(model), name: model.rawValue, options: options, form: form,
      imager: imager, stream: stream, isHostMemory: isHostMemory, capacity: capacity)
  }

  /// How the requests of each model were put together on the first card, by the model's name.
  public var statistics: [String: BatchStatistics] {
    networks.withLock { networks in
      Dictionary(networks.compactMap { key, all in all.first.map { (key.model.rawValue, $0.statistics) } }) {
        first, _ in first
      }
    }
  }

  /// Ends the work: whoever waits for an answer gets the reason.
  public func stop(_ reason: any Error) {
    let all = networks.withLock { $0.values.flatMap { $0 } }
    for network in all { network.stop(reason) }
  }
}

/// One model on every card.
struct CardNetworkGroup: Sendable {
  let networks: [CardNetwork]

  /// The network on the card that holds the frame; nil when it lies on none of them.
  func network(for frame: DeviceFrame) -> CardNetwork? { networks.first { $0.ordinal == frame.ordinal } }
}

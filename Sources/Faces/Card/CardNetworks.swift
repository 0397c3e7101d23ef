public import DeviceImaging
import Imaging
public import Inference
public import ModelStore
import Synchronization

/// The networks that find and describe faces on one card: one of each model, for all workers.
///
/// What is asked about a frame that lies on the card (`Frame.device`) is cut out there and answered there; about other
/// frames each worker's own session is asked. Given to ``FaceNetworks``.
public final class CardNetworks: Sendable {
  private struct Key: Hashable {
    let model: ModelID
    let form: PictureForm
  }

  private let runtime: OnnxRuntime
  private let models: any ModelLoading
  private let session: SessionOptions
  private let imager: DeviceImager
  private let capacity: Int
  private let isHostMemory: Bool
  private let networks = Mutex<[Key: CardNetwork]>([:])

  /// - Parameters:
  ///   - session: with the provider of the card; its stream is set here.
  ///   - capacity: the most crops in a batch.
  public convenience init(
    runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions, imager: DeviceImager, capacity: Int = 8
  ) {
    self.init(
      runtime: runtime, models: models, session: session, imager: imager, capacity: capacity, isHostMemory: false)
  }

  /// - Parameter isHostMemory: the card's memory is the host's own, as that of an emulated card.
  package init(
    runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions, imager: DeviceImager, capacity: Int,
    isHostMemory: Bool
  ) {
    self.runtime = runtime
    self.models = models
    self.session = session
    self.imager = imager
    self.capacity = capacity
    self.isHostMemory = isHostMemory
  }

  /// The network of a model, made on first use and then shared.
  ///
  /// - Parameter input: the name of its input.
  func network(_ model: ModelID, _ form: PictureForm, input: String) throws -> CardNetwork {
    try networks.withLock { networks in
      let key = Key(model: model, form: form)
      if let network = networks[key] { return network }
      let stream = try CUDAStream(on: imager.context)
      var options = session
      options.deviceID = imager.context.device.ordinal
      options.cuda.stream = isHostMemory ? nil : stream.address
      // Requests are put together here, and crops come as single precision.
      options.batching = .off
      options.halfInterface = false
      options.warmUpShapes[input] = [1, 3, form.inputSize.height, form.inputSize.width]
      let network = try CardNetwork(
        runtime: runtime, bytes: try models.load(model), name: model.rawValue, options: options, form: form,
        imager: imager,
        stream: stream, isHostMemory: isHostMemory, capacity: capacity)
      networks[key] = network
      return network
    }
  }

  /// How the requests of each model were put together, by the model's name.
  public var statistics: [String: BatchStatistics] {
    networks.withLock { networks in
      Dictionary(networks.map { ($0.key.model.rawValue, $0.value.statistics) }) { first, _ in first }
    }
  }

  /// Ends the work: whoever waits for an answer gets the reason.
  public func stop(_ reason: any Error) {
    let all = networks.withLock { Array($0.values) }
    for network in all { network.stop(reason) }
  }
}

public import DeviceImaging
public import Inference

/// One network on one card, for all workers.
public struct CardNetwork: Sendable {
  /// The kernels of the card.
  public let imager: DeviceImager
  let batches: DeviceBatches

  /// The number of the card.
  public var ordinal: Int { batches.context.device.ordinal }
  /// Of one request, in the model's order.
  public var inputs: [TensorInfo] { batches.inputs }
  public var outputs: [TensorInfo] { batches.outputs }

  /// Waits for the answer: until it is on the host, or until the work for it is queued on the card where all of it stays
  /// there.
  public func run(_ request: DeviceRequest) throws -> DeviceAnswer { try batches.run(request) }

  /// The same for several requests, in their order.
  public func run(_ requests: [DeviceRequest]) throws -> [DeviceAnswer] { try batches.run(requests) }

  /// A request by names.
  ///
  /// - Parameters:
  ///   - outputs: What is not named goes nowhere; without any name all of them go to the host.
  ///   - after: The card waits for these first.
  /// - Throws: ``FacesError`` `unexpectedModel` for names that the model does not have, and for inputs without a value.
  public func request(
    _ inputs: [String: DeviceInput], outputs: [String: DevicePlace] = [:], after: [CUDAEvent] = []
  ) throws -> DeviceRequest {
    let unknown = Set(outputs.keys).subtracting(self.outputs.map(\.name))
    let values = self.inputs.compactMap { inputs[$0.name] }
    guard values.count == self.inputs.count, values.count == inputs.count, unknown.isEmpty else {
      throw FacesError(
        code: .unexpectedModel,
        message: "The model \(batches.name) has the inputs \(self.inputs.map(\.name).joined(separator: ", ")) and the "
          + "outputs \(self.outputs.map(\.name).joined(separator: ", ")), not "
          + "\((inputs.keys.sorted() + unknown.sorted()).joined(separator: ", ")).",
        hint: "Run `likeness models verify`.")
    }
    let places = outputs.isEmpty ? [] : self.outputs.map { outputs[$0.name] ?? .nowhere }
    return DeviceRequest(inputs: values, outputs: places, after: after)
  }
}

/// One network on every card.
public struct CardNetworkGroup: Sendable {
  let networks: [CardNetwork]

  /// The network on a card; nil when there is none.
  public func network(ordinal: Int) -> CardNetwork? { networks.first { $0.ordinal == ordinal } }

  /// The network on the card that holds the frame; nil when it lies on none of them.
  public func network(for frame: DeviceFrame) -> CardNetwork? { network(ordinal: frame.ordinal) }
}

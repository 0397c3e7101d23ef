/// How the numbers of one request get into one input of a network on a card.
public enum DeviceInput {
  /// From the host, through pinned memory.
  case host(Tensor)
  /// From the host, the same for many requests: carried up only where something else lay before.
  case constant(DeviceConstant)
  /// By work that is queued on the stream and writes all of the bytes, such as kernels that cut crops out of frames.
  ///
  /// It is called on the thread of whichever worker runs the batch. What the work reads must live until the answer is
  /// on the host, or until a stream that waited for the answer is done.
  case fill(@Sendable (_ row: DeviceBytes, _ stream: CUDAStream) throws -> Void)
}

/// Numbers that many requests have in common, such as a source face or a strength. Its identity counts: one for all
/// requests that mean the same.
public final class DeviceConstant: Sendable {
  public let shape: [Int]
  public let type: ElementType
  let bytes: [UInt8]

  /// A copy of a tensor.
  public init(_ tensor: Tensor) {
    shape = tensor.shape
    type = tensor.type
    bytes = Array(tensor.rawBytes)
  }
}

extension DeviceConstant: TensorDescribing {}

/// Where an output of a network on a card goes.
public enum DevicePlace: Sendable, Hashable {
  /// To the host, through pinned memory.
  case host
  /// Into memory of the card that is the request's own.
  case card
  /// Into memory of the card that the caller has. Whatever used it before is among ``DeviceRequest/after``.
  case into(DeviceBytes)
  case nowhere

  var isOnCard: Bool { self != .host && self != .nowhere }
}

/// What is asked of a network on a card.
public struct DeviceRequest {
  /// In the model's order.
  public var inputs: [DeviceInput]
  /// In the model's order; empty: all to the host.
  public var outputs: [DevicePlace]
  /// The card waits for these before it reads or writes anything for the request.
  public var after: [CUDAEvent]

  public init(inputs: [DeviceInput], outputs: [DevicePlace] = [], after: [CUDAEvent] = []) {
    self.inputs = inputs
    self.outputs = outputs
    self.after = after
  }

  func place(_ output: Int) -> DevicePlace { outputs.isEmpty ? .host : outputs[output] }
}

/// What a network on a card answered to one request.
public struct DeviceAnswer {
  /// In the model's order; nil for what did not go to the host.
  public let host: [Tensor?]
  /// In the model's order; nil for what did not stay on the card.
  public let card: [DeviceOutput?]
  let run: DeviceRun?

  /// What is put into the stream from now on finds the outputs on the card. The host does not wait.
  public func wait(on stream: CUDAStream) throws {
    try run?.wait(on: stream)
    for output in card { output?.use(on: stream) }
  }

  /// Whether all outputs are numbers. Only outputs that half precision left on the card can be others: those on the host
  /// were looked at. The network computes in single precision from then on, so the same request asked again gets
  /// another answer. Waits for the run.
  public func isFinite() throws -> Bool { try run?.isFinite() ?? true }
}

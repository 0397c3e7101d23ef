import Synchronization

/// What slots on a card are made from: a model that was tried out, with tensors of known sizes. It holds no session.
struct CardModel: Sendable {
  let runtime: OnnxRuntime
  let name: String
  /// Of one request.
  let inputs: [TensorInfo]
  let outputs: [TensorInfo]
  /// Whether a run takes several requests: then all tensors begin with their number.
  let takesBatches: Bool
  let isHalf: Bool
  private let provider: ExecutionProvider
  private let placement: SessionPlacement?
  private let precision: PrecisionReport?
  /// Whether no node falls back to the processor, so that a run can be recorded as a graph.
  let runsWhole: Bool
  private let bytes: [UInt8]
  private let options: SessionOptions

  /// - Parameter shapes: by name, beginning with 1, for inputs and outputs that leave more than the batch open.
  /// - Throws: `tensorMismatch` when a size is open and not given.
  init(_ model: BatchedModel, shapes: [String: [Int]] = [:]) throws {
    try self.init(
      model.session, inputs: model.inputs, outputs: model.outputs, takesBatches: true, bytes: model.bytes,
      options: model.options, shapes: shapes)
  }

  /// A model that takes one request at a time.
  init(single session: InferenceSession, bytes: [UInt8], options: SessionOptions, shapes: [String: [Int]]) throws {
    try self.init(
      session, inputs: session.inputs, outputs: session.outputs, takesBatches: false, bytes: bytes, options: options,
      shapes: shapes)
  }

  private init(
    _ session: InferenceSession, inputs: [TensorInfo], outputs: [TensorInfo], takesBatches: Bool, bytes: [UInt8],
    options: SessionOptions, shapes: [String: [Int]]
  ) throws {
    runtime = session.runtime
    name = session.name
    self.inputs = try inputs.map { try $0.closed(shapes, model: session.name) }
    self.outputs = try outputs.map { try $0.closed(shapes, model: session.name) }
    self.takesBatches = takesBatches
    (provider, placement, precision) = (session.provider, session.placement, session.precision)
    isHalf = precision?.isHalf == true
    runsWhole = placement.map(\.fallen.isEmpty) ?? false
    self.bytes = bytes
    self.options = options
  }

  /// The model for batches of several requests, where it takes them and they are worth it, else for one at a time.
  static func open(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions, shapes: [String: [Int]],
    largest: Int
  ) throws -> CardModel {
    if largest > 1,
      let batched = try BatchedModel.open(
        runtime: runtime, bytes: bytes, name: name, options: options, largest: largest)
    {
      return try CardModel(batched, shapes: shapes)
    }
    let session = try InferenceSession(runtime: runtime, bytes: bytes, name: name, options: options)
    return try CardModel(single: session, bytes: bytes, options: options, shapes: shapes)
  }

  /// A session on the stream for a slot of its own. The model is not tried again.
  ///
  /// A stream belongs to a session, and the runtime copies the weights to the card for each session: what it shares
  /// between sessions (`AddInitializer`, prepacked weights) it shares on the processor. So every slot takes the weights
  /// once more, and is counted with them.
  ///
  /// - Parameters:
  ///   - stream: nil: not on a card.
  ///   - memoryLimit: the most the session may take, in bytes.
  func session(stream: CUDAStream?, memoryLimit: Int?) throws -> InferenceSession {
    var options = options
    if let stream {
      options.cuda.stream = stream.address
      options.cuda.capturesGraph = runsWhole
      options.cuda.memoryLimit = memoryLimit
      options.cuda.isCounted = true
    }
    // A session that another slot runs at the same time would not do.
    options.sharesModel = false
    return try InferenceSession(runtime: runtime, bytes: bytes, name: name, options: options)
  }

  /// What it ran on and how, for the report of a run.
  func report(_ statistics: BatchStatistics) -> ModelReport {
    ModelReport(
      model: name, provider: provider.rawValue, placement: placement, precision: precision,
      fellBack: runtime.fellBack.withLock { $0.contains(name) }, batches: ModelReport.Batches(statistics))
  }

  /// What a slot takes, before it has been tried.
  var memory: ModelMemory {
    let numbers = (inputs + outputs).reduce(0) { $0 + $1.byteCount }
    return ModelMemory(fileBytes: bytes.count, tensorBytes: numbers, half: isHalf)
  }
}

extension TensorInfo {
  /// Of a tensor whose sizes are all known.
  var byteCount: Int { shape.reduce(1, *) * type.byteCount }
}

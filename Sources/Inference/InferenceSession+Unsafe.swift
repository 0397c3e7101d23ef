import COnnxRuntime
import Foundation
import Logging
import Synchronization

/// A model ready to run, owned by one worker. Its buffers for names and handles are made once, so a run into prepared
/// tensors allocates nothing on our side.
public final class InferenceSession {
  public let name: String
  /// What the model takes and gives, in the model's order, which is also the order of the tensors in ``run(_:into:)``.
  public var inputs: [TensorInfo] { model.inputs }
  public var outputs: [TensorInfo] { model.outputs }
  /// The provider that runs the model (the first of the list given, or the one `auto` found).
  public var provider: ExecutionProvider { model.providers.first ?? .cpu }
  /// Which nodes run on the device; nil on the processor, and for runtimes older than 1.24.
  public var placement: SessionPlacement? { model.placement }
  /// Which precision it computes in and why; nil where single precision was asked for.
  public private(set) var precision: PrecisionReport?
  /// Stops a run from another thread.
  public let canceller: RunCanceller

  private(set) var model: LoadedModel
  let runtime: OnnxRuntime
  private let checksFinite: Bool
  /// Takes the runs over, together with those of the other sessions of the model; nil: this session runs for itself.
  private let batches: SharedBatches?
  private let inputNames: NameTable
  private let outputNames: NameTable
  private let inputValues: UnsafeMutablePointer<OpaquePointer>
  private let outputValues: UnsafeMutablePointer<OpaquePointer?>

  /// Loads a model from its bytes (already checked against their SHA-256 by the caller). `name` is for messages.
  ///
  /// Throws ``InferenceError``: `modelInvalid`, `modelRefused`, `providerUnavailable`, `providerFailed`.
  public convenience init(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions = .init()
  ) throws {
    let model = try LoadedModel.shared(runtime: runtime, bytes: bytes, name: name, options: options)
    try self.init(
      model: model, options: options, batches: SharedBatches.of(model, bytes: bytes, options: options))
  }

  init(model: LoadedModel, options: SessionOptions, batches: SharedBatches? = nil) throws {
    self.model = model
    self.batches = batches
    runtime = model.runtime
    name = model.name
    checksFinite = options.checksFinite
    precision = model.precision
    // Tensors that change between runs must not get into a graph.
    canceller = try RunCanceller(runtime: runtime, graph: options.cuda.capturesGraph ? -1 : nil)
    inputNames = NameTable(model.inputs.map(\.name))
    outputNames = NameTable(model.outputs.map(\.name))
    inputValues = .allocate(capacity: max(1, model.inputs.count))
    outputValues = .allocate(capacity: max(1, model.outputs.count))
  }

  deinit {
    inputValues.deallocate()
    outputValues.deallocate()
  }

  /// Runs the model. The results are written into `outputs`, whose types and shapes must be the model's.
  ///
  /// Throws ``InferenceError``: `tensorMismatch`, `runFailed`, `notFinite`, `cancelled`.
  public func run(_ inputs: [Tensor], into outputs: [Tensor]) throws {
    try check(inputs, against: model.inputs, side: "input")
    try check(outputs, against: model.outputs, side: "output")
    if let answers = try batched(inputs) {
      for (output, answer) in zip(outputs, answers) { output.copyElements(of: answer) }
      return
    }
    for index in outputs.indices { outputValues[index] = try outputs[index].runtimeValue(runtime) }
    try compute(inputs)
    if try fallsBack(after: outputs) { try compute(inputs) }
    if checksFinite { try outputs.indices.forEach { try checkFinite(outputs[$0], $0) } }
  }

  /// Runs the model and returns its outputs in memory of the runtime. For models whose output shapes are not known
  /// beforehand; ``run(_:into:)`` is cheaper.
  public func run(_ inputs: [Tensor]) throws -> [Tensor] {
    try check(inputs, against: model.inputs, side: "input")
    if let answers = try batched(inputs) { return answers }
    var outputs = try computed(inputs)
    if try fallsBack(after: outputs) { outputs = try computed(inputs) }
    if checksFinite { try outputs.indices.forEach { try checkFinite(outputs[$0], $0) } }
    return outputs
  }

  /// The answers of the shared batches; nil where there are none, and for other shapes than theirs.
  private func batched(_ inputs: [Tensor]) throws -> [Tensor]? {
    guard let batches, batches.isShared, zip(inputs, batches.inputs).allSatisfy({ $0.shape == $1.shape }) else {
      return nil
    }
    guard !canceller.isCancelled else { throw InferenceError(.cancelled, "\(name) was stopped.") }
    guard let answers = try batches.run(inputs) else { return nil }
    if checksFinite { try answers.indices.forEach { try checkFinite(answers[$0], $0) } }
    return answers
  }

  /// Reads what the batches that this session shares with others did; nil where it shares none.
  public var batchCounter: (@Sendable () -> BatchStatistics)? {
    guard let batches, batches.isShared else { return nil }
    return { batches.statistics }
  }

  private func computed(_ inputs: [Tensor]) throws -> [Tensor] {
    for index in model.outputs.indices { outputValues[index] = nil }
    try compute(inputs)
    return try model.outputs.indices.map { try takeOutput($0) }
  }

  private func compute(_ inputs: [Tensor]) throws {
    for index in inputs.indices { inputValues[index] = try inputs[index].runtimeValue(runtime) }
    let floatState = likeness_flush_denormals()
    let status = runtime.api.Run(
      model.session, canceller.options, inputNames.names, inputValues, inputs.count, outputNames.names,
      model.outputs.count, outputValues)
    likeness_restore_float_state(floatState)
    try runtime.checkRun(status, model: name, wasCancelled: canceller.isCancelled)
  }

  // MARK: Precision

  /// Looks at the outputs of a model in half precision, and changes to single precision when one is not finite.
  private func fallsBack(after outputs: [Tensor]) throws -> Bool {
    guard model.isHalf, outputs.contains(where: { $0.firstNotFinite() != nil }) else { return false }
    return try changeToSingle()
  }

  /// Computes in single precision from the next run on, because half precision gave numbers that are not finite.
  /// Says so once for each model. False when it did already.
  @discardableResult
  public func changeToSingle() throws -> Bool {
    guard model.isHalf else { return false }
    model = try model.single()
    precision = PrecisionReport(
      model: name, isHalf: false, reason: "half precision gave numbers that are not finite, in the middle of the run")
    let isNew = runtime.fellBack.withLock { $0.insert(name).inserted }
    if isNew, let precision { log.warning("\(precision.sentence)") }
    return true
  }

  private func takeOutput(_ index: Int) throws -> Tensor {
    guard let value = outputValues[index] else {
      throw InferenceError(.runFailed, "\(name) gave no output \(model.outputs[index].name).")
    }
    return try runtime.tensor(taking: value, "\(name) failed")
  }
}

extension OnnxRuntime {
  /// Takes over a value that the runtime allocated on the host.
  func tensor(taking value: OpaquePointer, _ what: String) throws -> Tensor {
    var tensorInfo: OpaquePointer?
    var memory: UnsafeMutableRawPointer?
    try check(api.GetTensorTypeAndShape(value, &tensorInfo), .runFailed, what)
    defer { if let tensorInfo { api.ReleaseTensorTypeAndShapeInfo(tensorInfo) } }
    try check(api.GetTensorMutableData(value, &memory), .runFailed, what)
    guard let tensorInfo else { throw InferenceError(.runFailed, "\(what): an output has no shape.") }
    let (shape, code) = try shapeAndType(tensorInfo)
    guard let type = ElementType(rawValue: code) else {
      throw InferenceError(.runFailed, "\(what): an output has number type \(code).")
    }
    // An output without elements may come without memory.
    guard let memory else { return Tensor(shape: shape, type: type) }
    return Tensor(shape: shape, type: type, memory: memory, value: value, runtime: self)
  }

  /// Whether a failure is one of memory.
  func saysOutOfMemory(_ status: OpaquePointer) -> Bool {
    RuntimeMessage.saysOutOfMemory(String(cString: api.GetErrorMessage(status)))
  }

  /// Throws what a failed run says: `cancelled`, `deviceOutOfMemory` or `runFailed`.
  func checkRun(_ status: OpaquePointer?, model: String, wasCancelled: Bool) throws {
    guard let status else { return }
    let isMemory = saysOutOfMemory(status)
    if wasCancelled { return try check(status, .cancelled, "\(model) was stopped") }
    try check(
      status, isMemory ? .deviceOutOfMemory : .runFailed, isMemory ? "\(model) found no memory" : "\(model) failed")
  }
}

extension LoadedModel {
  /// A model that other sessions use already, when the options allow it, else a new one.
  static func shared(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions
  ) throws -> LoadedModel {
    let load = { try LoadedModel.load(runtime: runtime, bytes: bytes, name: name, options: options) }
    guard options.sharesModel, options.allProvidersRunConcurrently(of: runtime) else { return try load() }
    // How runs are put together says nothing about what is loaded.
    var loading = options
    loading.batching = .off
    let key = ModelKey(name: name, options: loading, digest: ContentDigest(bytes))
    return try runtime.models.model(key, load: load)
  }
}

extension SessionOptions {
  fileprivate func allProvidersRunConcurrently(of runtime: OnnxRuntime) -> Bool {
    // A recorded graph belongs to the tensors of one session.
    guard !cuda.capturesGraph else { return false }
    switch providers {
    case .list(let list): return list.allSatisfy(\.runsConcurrently)
    case .auto: return runtime.availableProviders.allSatisfy(\.runsConcurrently)
    }
  }
}

/// Names as the C interface takes them, kept for the life of a session.
private final class NameTable {
  let names: UnsafeMutablePointer<UnsafePointer<CChar>>
  private let copies: [UnsafeMutablePointer<CChar>]

  init(_ strings: [String]) {
    copies = strings.compactMap { strdup($0) }
    names = .allocate(capacity: max(1, copies.count))
    for (index, copy) in copies.enumerated() { names.advanced(by: index).initialize(to: copy) }
  }

  deinit {
    for copy in copies { free(copy) }
    names.deallocate()
  }
}

import COnnxRuntime
import Foundation

/// A model ready to run, owned by one worker. Its buffers for names and handles are made once, so a run into prepared
/// tensors allocates nothing on our side.
public final class InferenceSession {
  public let name: String
  /// What the model takes and gives, in the model's order, which is also the order of the tensors in ``run(_:into:)``.
  public var inputs: [TensorInfo] { model.inputs }
  public var outputs: [TensorInfo] { model.outputs }
  /// The provider that runs the model (the first of the list given, or the one `auto` found).
  public var provider: ExecutionProvider { model.providers.first ?? .cpu }
  /// Stops a run from another thread.
  public let canceller: RunCanceller

  let model: LoadedModel
  private let runtime: OnnxRuntime
  private let checksFinite: Bool
  private let inputNames: NameTable
  private let outputNames: NameTable
  private let inputValues: UnsafeMutablePointer<OpaquePointer>
  private let outputValues: UnsafeMutablePointer<OpaquePointer?>

  /// Loads a model from its bytes (already checked against their SHA-256 by the caller). `name` is for messages.
  ///
  /// Throws ``InferenceError``: `modelInvalid`, `modelRefused`, `providerUnavailable`, `providerFailed`.
  public init(runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions = .init()) throws {
    self.runtime = runtime
    self.name = name
    checksFinite = options.checksFinite
    model = try LoadedModel.shared(runtime: runtime, bytes: bytes, name: name, options: options)
    canceller = try RunCanceller(runtime: runtime)
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
    for index in outputs.indices { outputValues[index] = try outputs[index].runtimeValue(runtime) }
    try compute(inputs)
    if checksFinite { try outputs.indices.forEach { try checkFinite(outputs[$0], $0) } }
  }

  /// Runs the model and returns its outputs in memory of the runtime. For models whose output shapes are not known
  /// beforehand; ``run(_:into:)`` is cheaper.
  public func run(_ inputs: [Tensor]) throws -> [Tensor] {
    try check(inputs, against: model.inputs, side: "input")
    for index in model.outputs.indices { outputValues[index] = nil }
    try compute(inputs)
    let outputs = try model.outputs.indices.map { try takeOutput($0) }
    if checksFinite { try outputs.indices.forEach { try checkFinite(outputs[$0], $0) } }
    return outputs
  }

  private func compute(_ inputs: [Tensor]) throws {
    for index in inputs.indices { inputValues[index] = try inputs[index].runtimeValue(runtime) }
    let floatState = likeness_flush_denormals()
    let status = runtime.api.Run(
      model.session, canceller.options, inputNames.names, inputValues, inputs.count, outputNames.names,
      model.outputs.count, outputValues)
    likeness_restore_float_state(floatState)
    guard status != nil else { return }
    let wasCancelled = canceller.isCancelled
    try runtime.check(
      status, wasCancelled ? .cancelled : .runFailed, wasCancelled ? "\(name) was stopped" : "\(name) failed")
  }

  private func takeOutput(_ index: Int) throws -> Tensor {
    guard let value = outputValues[index] else {
      throw InferenceError(.runFailed, "\(name) gave no output \(model.outputs[index].name).")
    }
    var tensorInfo: OpaquePointer?
    var memory: UnsafeMutableRawPointer?
    try runtime.check(runtime.api.GetTensorTypeAndShape(value, &tensorInfo), .runFailed, "\(name) failed")
    defer { if let tensorInfo { runtime.api.ReleaseTensorTypeAndShapeInfo(tensorInfo) } }
    try runtime.check(runtime.api.GetTensorMutableData(value, &memory), .runFailed, "\(name) failed")
    guard let tensorInfo else { throw InferenceError(.runFailed, "\(name) gave an output without a shape.") }
    let (shape, code) = try runtime.shapeAndType(tensorInfo)
    guard let type = ElementType(rawValue: code) else {
      throw InferenceError(.runFailed, "\(name) gave an output of number type \(code).")
    }
    // An output without elements may come without memory.
    guard let memory else { return Tensor(shape: shape, type: type) }
    return Tensor(shape: shape, type: type, memory: memory, value: value, runtime: runtime)
  }
}

extension LoadedModel {
  /// A model that other sessions use already, when the options allow it, else a new one.
  fileprivate static func shared(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions
  ) throws -> LoadedModel {
    let load = { try LoadedModel.load(runtime: runtime, bytes: bytes, name: name, options: options) }
    guard options.sharesModel, options.allProvidersRunConcurrently(of: runtime) else { return try load() }
    let key = ModelCache.Key(name: name, options: options, byteCount: bytes.count, digest: digest(bytes))
    return try runtime.models.model(key, load: load)
  }

  /// A quick 64-bit digest (FNV-1a over 8-byte words, folded): tells apart files that somebody mixed up, not files
  /// that somebody forged; those are caught by the SHA-256 of the model store.
  private static func digest(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      var offset = 0
      while offset + 8 <= bytes.count {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
        offset += 8
      }
      while offset < bytes.count {
        hash = (hash ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01B3
        offset += 1
      }
      return hash
    }
  }
}

extension SessionOptions {
  fileprivate func allProvidersRunConcurrently(of runtime: OnnxRuntime) -> Bool {
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

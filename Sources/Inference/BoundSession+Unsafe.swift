import COnnxRuntime

/// A session whose inputs and outputs stay at fixed addresses: nothing is copied, nothing is looked up for a run, and
/// a recorded CUDA graph stays valid. Owned by one worker or slot.
///
/// Fill the inputs, ``run()``, read the outputs. On a card with a stream of the caller's
/// (``CUDAOptions/stream``), all three are queued on that stream and `run` need not wait.
public final class BoundSession {
  public let session: InferenceSession
  /// In the model's order.
  public let inputs: [DeviceTensor]
  /// In the model's order; nil where the runtime allocates the output at each run, for shapes that are not known
  /// beforehand. Take those with ``output(_:)``.
  public let outputs: [DeviceTensor?]
  /// Stops a run from another thread.
  public let canceller: RunCanceller
  private let runtime: OnnxRuntime
  /// What the tensors are bound to; follows the session when that changes to single precision.
  private var model: LoadedModel
  private var binding: OpaquePointer
  /// Whether the runtime has nothing more to record for these tensors.
  private var isRecorded = false

  /// - Parameters:
  ///   - waitsForDevice: `run` returns when the device has finished; without it, when everything is queued.
  ///   - graph: The number of the recorded CUDA graph, 0…, another one for each set of tensors bound to one session;
  ///     only looked at with ``CUDAOptions/capturesGraph``.
  /// Throws `tensorMismatch` when the tensors are not what the model takes and gives.
  public init(
    _ session: InferenceSession, inputs: [DeviceTensor], outputs: [DeviceTensor?], waitsForDevice: Bool = true,
    graph: Int = 0
  ) throws {
    self.session = session
    self.inputs = inputs
    self.outputs = outputs
    model = session.model
    runtime = model.runtime
    canceller = try RunCanceller(runtime: runtime, waitsForDevice: waitsForDevice, graph: graph)
    try session.check(inputs, against: model.inputs, side: "input")
    guard outputs.count == model.outputs.count else {
      throw InferenceError(
        .tensorMismatch, "\(session.name) has \(model.outputs.count) output(s), \(outputs.count) given.")
    }
    for (tensor, info) in zip(outputs, model.outputs) {
      if let tensor { try session.check([tensor], against: [info], side: "output") }
    }
    binding = try model.makeBinding()
    try bind()
  }

  deinit {
    runtime.api.ClearBoundInputs(binding)
    runtime.api.ClearBoundOutputs(binding)
    runtime.api.ReleaseIoBinding(binding)
  }

  private func bind() throws {
    let what = "\(session.name) does not take its tensors"
    for (info, tensor) in zip(model.inputs, inputs) {
      try runtime.check(runtime.api.BindInput(binding, info.name, tensor.value), .tensorMismatch, what)
    }
    for (info, tensor) in zip(model.outputs, outputs) {
      guard let tensor else { continue }
      try runtime.check(runtime.api.BindOutput(binding, info.name, tensor.value), .tensorMismatch, what)
    }
    let status = GraphRecording.alone(on: model.providers) { runtime.api.SynchronizeBoundInputs(binding) }
    try runtime.check(status, .runFailed, what)
  }

  /// What the runtime allocated at the last run has the shape of that run; each run gets new memory.
  private func bindOpenOutputs() throws {
    for (info, tensor) in zip(model.outputs, outputs) where tensor == nil {
      try runtime.check(
        runtime.api.BindOutputToDevice(binding, info.name, runtime.memoryInfo), .tensorMismatch,
        "\(session.name) does not take its tensors")
    }
  }

  /// Computes the outputs from what the inputs hold now.
  ///
  /// Outputs on the host are looked at: when half precision gives numbers that are not finite, the session changes to
  /// single precision and computes again. For outputs on a card the caller has to look, and call
  /// ``InferenceSession/changeToSingle()``; the next run then is in single precision.
  ///
  /// Throws ``InferenceError``: `runFailed`, `deviceOutOfMemory`, `cancelled`.
  public func run() throws {
    // The session, or another one bound to it, may have changed to single precision.
    if model !== session.model { try bindAgain() }
    try compute()
    guard model.isHalf, outputs.contains(where: { $0?.host?.firstNotFinite() != nil }) else { return }
    try session.changeToSingle()
    try bindAgain()
    try compute()
  }

  private func bindAgain() throws {
    let binding = try session.model.makeBinding()
    runtime.api.ReleaseIoBinding(self.binding)
    self.binding = binding
    model = session.model
    isRecorded = false
    try bind()
  }

  private func start() -> OpaquePointer? {
    runtime.api.RunWithBinding(model.session, canceller.options, binding)
  }

  /// The first run, in which the runtime computes, records and replays.
  private func record() -> OpaquePointer? {
    let status = GraphRecording.alone(on: model.providers, start)
    isRecorded = status == nil
    return status
  }

  private func compute() throws {
    try bindOpenOutputs()
    let floatState = likeness_flush_denormals()
    let status = model.recordsGraphs && !isRecorded ? record() : start()
    likeness_restore_float_state(floatState)
    try runtime.checkRun(status, model: session.name, wasCancelled: canceller.isCancelled)
  }

  /// Waits until the outputs of the last run are there. Only needed when runs do not wait.
  public func synchronize() throws {
    try runtime.check(runtime.api.SynchronizeBoundOutputs(binding), .runFailed, "\(session.name) does not finish")
  }

  /// An output of the last run on the host, of whatever shape it came: for outputs that the runtime allocates, and for
  /// bound ones on the host.
  public func output(_ index: Int) throws -> Tensor {
    if let tensor = outputs[index] {
      guard let host = tensor.host else {
        throw InferenceError(
          .tensorMismatch, "\(session.name): the output \(session.outputs[index].name) lies in \(tensor.place).")
      }
      return host
    }
    let what = "\(session.name) gave no output \(session.outputs[index].name)"
    var allocator: OpaquePointer?
    try runtime.check(runtime.api.GetAllocatorWithDefaultOptions(&allocator), .runFailed, what)
    guard let allocator else { throw InferenceError(.runFailed, "\(what).") }
    var values: UnsafeMutablePointer<OpaquePointer>?
    var count = 0
    try runtime.check(runtime.api.GetBoundOutputValues(binding, allocator, &values, &count), .runFailed, what)
    guard let values else { throw InferenceError(.runFailed, "\(what).") }
    defer { if let status = runtime.api.AllocatorFree(allocator, values) { runtime.api.ReleaseStatus(status) } }
    for other in 0..<count where other != index { runtime.api.ReleaseValue(values[other]) }
    guard index < count else { throw InferenceError(.runFailed, "\(what).") }
    return try runtime.tensor(taking: values[index], what)
  }
}

extension LoadedModel {
  fileprivate func makeBinding() throws -> OpaquePointer {
    var made: OpaquePointer?
    try runtime.check(runtime.api.CreateIoBinding(session, &made), .runFailed, "\(name) binds no tensors")
    guard let made else { throw InferenceError(.runFailed, "\(name) binds no tensors.") }
    return made
  }
}

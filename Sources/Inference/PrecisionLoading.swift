import Logging
import Synchronization

/// Loads a model in the precision asked for: half only when it gives the answer of single precision.
struct PrecisionLoading {
  let runtime: OnnxRuntime
  let bytes: [UInt8]
  let name: String
  let options: SessionOptions
  let providers: [ExecutionProvider]

  private var provider: ExecutionProvider { providers.first ?? .cpu }

  func load() throws -> LoadedModel {
    let device = DeviceIdentity.installed(provider, index: options.deviceID)
    let precision = options.precision.resolved(provider: provider, capability: device.capability)
    guard precision == .fp16 else { return try single(report: nil) }
    let cache = PrecisionCache(cache(.fp16, device), provider: provider)
    let known = cache.report
    if let known, !known.isHalf { return try single(report: known) }
    let loaded: Attempt
    switch try half() {
    case .failed(let reason): return try single(report: PrecisionReport(model: name, isHalf: false, reason: reason))
    case .loaded(let attempt): loaded = attempt
    }
    if let known { return finish(loaded.model, known) }
    let check: PrecisionCheck
    do {
      check = try compare(loaded.model)
    } catch let error as InferenceError where error.code == .runFailed {
      let reason = "it could not be compared with single precision (\(error.message))"
      return try single(report: PrecisionReport(model: name, isHalf: false, reason: reason))
    }
    var report = PrecisionReport(model: name, isHalf: check.isPassed, reason: check.reason, check: check)
    report.halfNodes = loaded.summary?.halfNodes
    report.singleNodes = loaded.summary?.singleNodes.values.reduce(0, +)
    cache.store(report)
    return report.isHalf ? finish(loaded.model, report) : try single(report: report)
  }

  // MARK: Single precision

  private func single(report: PrecisionReport?) throws -> LoadedModel {
    var single = options
    single.precision = .fp32
    let model = try LoadedModel(
      runtime: runtime, bytes: try withInterface(bytes), name: name, options: single, providers: providers)
    return report.map { finish(model, $0) } ?? model
  }

  /// The model with half-precision inputs and outputs, where those are wanted and the model has any.
  private func withInterface(_ bytes: [UInt8]) throws -> [UInt8] {
    guard options.halfInterface else { return bytes }
    switch try HalfConversion.convert(bytes, name: name, keepsInterface: false, keepsInside: true) {
    case .converted(let converted, _): return converted
    case .refused: return bytes
    }
  }

  // MARK: Half precision

  private struct Attempt {
    let model: LoadedModel
    let summary: HalfConversion.Summary?
  }

  private enum Half {
    case loaded(Attempt)
    case failed(String)
  }

  private func half() throws -> Half {
    var half = options
    half.precision = .fp16
    if provider == .tensorrt {
      // TensorRT rounds by itself, layer by layer, where that is faster.
      let model = try LoadedModel(
        runtime: runtime, bytes: try withInterface(bytes), name: name, options: half, providers: providers)
      return .loaded(Attempt(model: model, summary: nil))
    }
    switch try HalfConversion.convert(bytes, name: name, keepsInterface: !options.halfInterface) {
    case .refused(let reason): return .failed(reason)
    case .converted(let converted, let summary):
      do {
        let model = try LoadedModel(
          runtime: runtime, bytes: converted, name: name, options: half, providers: providers)
        return .loaded(Attempt(model: model, summary: summary))
      } catch let error as InferenceError where error.code == .modelRefused {
        return .failed(error.message)
      }
    }
  }

  private func finish(_ model: LoadedModel, _ report: PrecisionReport) -> LoadedModel {
    var single = options
    single.precision = .fp32
    single.providers = .list(providers)
    model.precision = report
    if report.isHalf { model.inSingle = (bytes, single) }
    log.info("\(report.sentence)")
    return model
  }

  /// Runs both on the same input. TensorRT takes minutes to build an engine, so there the other one runs elsewhere.
  private func compare(_ half: LoadedModel) throws -> PrecisionCheck {
    var other = options
    other.precision = .fp32
    let hasCUDA = runtime.availableProviders.contains(.cuda)
    let reference = PrecisionLoading(
      runtime: runtime, bytes: bytes, name: name, options: other,
      providers: provider == .tensorrt ? [hasCUDA ? .cuda : .cpu] : providers)
    let input = WarmUpInput.tensors(for: half.inputs, shapes: options.warmUpShapes)
    let single = try InferenceSession(model: reference.single(report: nil), options: other).run(input)
    do {
      return PrecisionCheck(single: single, half: try InferenceSession(model: half, options: other).run(input))
    } catch let error as InferenceError where error.code == .runFailed {
      log.debug("\(error)")
      return PrecisionCheck(single: single, half: [])
    }
  }

  private func cache(_ precision: Precision, _ device: DeviceIdentity) -> CompiledModelCache {
    var keyed = options
    keyed.precision = precision
    return CompiledModelCache(
      base: options.cacheFolder ?? runtime.cacheFolder, model: name, digest: ContentDigest(bytes), device: device,
      runtimeVersion: runtime.version, options: keyed)
  }
}

import COnnxRuntime
import Foundation
import Logging
import Synchronization

/// A model inside the runtime: weights, optimised graph, and what goes in and out. Immutable once handed out.
///
/// The runtime allows several threads to run one session at a time for the providers that share models.
final class LoadedModel: @unchecked Sendable {
  let runtime: OnnxRuntime
  let name: String
  let session: OpaquePointer
  let inputs: [TensorInfo]
  let outputs: [TensorInfo]
  /// The providers asked for, best first; what they do not take runs on the CPU.
  let providers: [ExecutionProvider]
  /// Whether the runtime records a graph for each set of tensors bound to it.
  let recordsGraphs: Bool
  /// Which nodes run on the first of them.
  let placement: SessionPlacement?
  /// Which precision it computes in, where half precision was asked for; set before the model is handed out.
  var precision: PrecisionReport?
  /// What to load when half precision fails later on; set before the model is handed out.
  var inSingle: (bytes: [UInt8], options: SessionOptions)?

  /// Loads with the first provider that starts, or with exactly the ones listed.
  static func load(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions
  ) throws -> LoadedModel {
    try ModelInspector.check(bytes, name: name)
    switch options.providers {
    case .list(let list):
      let providers = list.isEmpty ? [.cpu] : list
      return try PrecisionLoading(
        runtime: runtime, bytes: bytes, name: name, options: options, providers: providers
      ).load()
    case .auto: return try loadAutomatically(runtime: runtime, bytes: bytes, name: name, options: options)
    }
  }

  private static func loadAutomatically(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions
  ) throws -> LoadedModel {
    var reasons: [String] = []
    for provider in runtime.availableProviders where provider != .cpu {
      if runtime.failedProviders.withLock({ $0.contains(provider) }) { continue }
      do {
        return try PrecisionLoading(
          runtime: runtime, bytes: bytes, name: name, options: options, providers: [provider]
        ).load()
      } catch let error as InferenceError {
        // A provider that does not start is not tried again. One that refuses this model may take the next.
        let isNew = error.code != .providerFailed || runtime.failedProviders.withLock { $0.insert(provider).inserted }
        if isNew { reasons.append(error.message) }
      }
    }
    let model = try PrecisionLoading(
      runtime: runtime, bytes: bytes, name: name, options: options, providers: [.cpu]
    ).load()
    if !reasons.isEmpty { log.notice("Computing on the processor. \(reasons.joined(separator: " "))") }
    return model
  }

  /// The weights' part of the card's budget.
  private let reservation: MemoryReservation?

  /// Loads these very bytes.
  init(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions, providers: [ExecutionProvider]
  ) throws {
    self.runtime = runtime
    self.name = name
    self.providers = providers
    recordsGraphs = options.cuda.capturesGraph && providers.first == .cuda
    reservation = try DeviceBudget.reserve(
      weights: bytes.count, of: name, provider: providers.first ?? .cpu, options: options)
    let cache = CompiledModelCache(
      base: options.cacheFolder ?? runtime.cacheFolder, model: name,
      digest: ContentDigest(providers.contains(where: \.usesCacheFolder) ? bytes : []),
      device: .installed(providers.first ?? .cpu, index: options.deviceID), runtimeVersion: runtime.version,
      options: options)
    let sessionOptions = try runtime.makeSessionOptions(options, providers: providers, cache: cache)
    defer { runtime.api.ReleaseSessionOptions(sessionOptions) }
    var session: OpaquePointer?
    let status = GraphRecording.alone(on: providers) {
      bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.flatMap {
          runtime.api.CreateSessionFromArray(runtime.environment, $0, bytes.count, sessionOptions, &session)
        }
      }
    }
    let isMemory = status.map(runtime.saysOutOfMemory) ?? false
    try runtime.check(
      status, isMemory ? .deviceOutOfMemory : .modelRefused,
      "The model \(name) does not load on \(providers.map(\.rawValue).joined(separator: ", "))")
    guard let session else {
      throw InferenceError(.modelRefused, "The model \(name) does not load and the runtime gives no reason.")
    }
    self.session = session
    do {
      inputs = try runtime.tensorInfos(of: session, model: name, side: .inputs)
      outputs = try runtime.tensorInfos(of: session, model: name, side: .outputs)
      placement = try runtime.placement(of: session, model: name, providers: providers)
    } catch {
      runtime.api.ReleaseSession(session)
      throw error
    }
    reservation?.settle()
    if let sentence = placement?.sentence { log.info("\(sentence)") }
  }

  deinit { GraphRecording.alone(on: providers) { runtime.api.ReleaseSession(session) } }
}

extension LoadedModel {
  var isHalf: Bool { inSingle != nil }

  /// The same model in single precision, shared with whoever else has fallen back.
  func single() throws -> LoadedModel {
    guard let inSingle else { return self }
    return try .shared(runtime: runtime, bytes: inSingle.bytes, name: name, options: inSingle.options)
  }
}

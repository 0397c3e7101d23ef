import COnnxRuntime
import Foundation
import Logging
import Synchronization

/// A model inside the runtime: weights, optimised graph, and what goes in and out. Immutable once made.
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

  /// Loads with the first provider that starts, or with exactly the ones listed.
  static func load(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions
  ) throws -> LoadedModel {
    try ModelInspector.check(bytes, name: name)
    switch options.providers {
    case .list(let list):
      let providers = list.isEmpty ? [.cpu] : list
      return try LoadedModel(runtime: runtime, bytes: bytes, name: name, options: options, providers: providers)
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
        return try LoadedModel(runtime: runtime, bytes: bytes, name: name, options: options, providers: [provider])
      } catch let error as InferenceError {
        // A provider that does not start is not tried again. One that refuses this model may take the next.
        let isNew = error.code != .providerFailed || runtime.failedProviders.withLock { $0.insert(provider).inserted }
        if isNew { reasons.append(error.message) }
      }
    }
    let model = try LoadedModel(runtime: runtime, bytes: bytes, name: name, options: options, providers: [.cpu])
    if !reasons.isEmpty { log.notice("Computing on the processor. \(reasons.joined(separator: " "))") }
    return model
  }

  private init(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions, providers: [ExecutionProvider]
  ) throws {
    self.runtime = runtime
    self.name = name
    self.providers = providers
    let sessionOptions = try runtime.makeSessionOptions(options, providers: providers)
    defer { runtime.api.ReleaseSessionOptions(sessionOptions) }
    var session: OpaquePointer?
    let status = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap {
        runtime.api.CreateSessionFromArray(runtime.environment, $0, bytes.count, sessionOptions, &session)
      }
    }
    try runtime.check(
      status, .modelRefused, "The model \(name) does not load on \(providers.map(\.rawValue).joined(separator: ", "))")
    guard let session else {
      throw InferenceError(.modelRefused, "The model \(name) does not load and the runtime gives no reason.")
    }
    self.session = session
    do {
      inputs = try runtime.tensorInfos(of: session, model: name, side: .inputs)
      outputs = try runtime.tensorInfos(of: session, model: name, side: .outputs)
    } catch {
      runtime.api.ReleaseSession(session)
      throw error
    }
  }

  deinit { runtime.api.ReleaseSession(session) }
}

extension OnnxRuntime {
  /// Session options for these providers; the caller releases them.
  fileprivate func makeSessionOptions(
    _ options: SessionOptions, providers: [ExecutionProvider]
  ) throws -> OpaquePointer {
    var made: OpaquePointer?
    try check(api.CreateSessionOptions(&made), .modelRefused, "No session options")
    guard let made else { throw InferenceError(.modelRefused, "The runtime made no session options.") }
    do {
      let what = "A session option was refused"
      try check(api.SetSessionExecutionMode(made, 0), .modelRefused, what)
      try check(api.SetSessionGraphOptimizationLevel(made, 99), .modelRefused, what)
      try check(api.SetIntraOpNumThreads(made, Int32(clamping: max(1, options.intraOpThreads))), .modelRefused, what)
      try check(api.SetInterOpNumThreads(made, 1), .modelRefused, what)
      try check(api.EnableMemPattern(made), .modelRefused, what)
      try check(api.EnableCpuMemArena(made), .modelRefused, what)
      // A thread that spins between frames takes the core from the other workers and from the decoder.
      try check(api.AddSessionConfigEntry(made, "session.intra_op.allow_spinning", "0"), .modelRefused, what)
      for provider in providers { try append(provider, options: options, to: made) }
    } catch {
      api.ReleaseSessionOptions(made)
      throw error
    }
    return made
  }

  private func append(_ provider: ExecutionProvider, options: SessionOptions, to made: OpaquePointer) throws {
    guard availableProviders.contains(provider) else {
      let names = availableProviders.map(\.rawValue).joined(separator: ", ")
      throw InferenceError(
        .providerUnavailable,
        "The execution provider \(provider.rawValue) is not in the installed ONNX Runtime \(version); it has: \(names).",
        hint: provider.installHint)
    }
    // The CPU is always behind the others, without being asked for.
    guard provider != .cpu else { return }
    if provider == .cuda || provider == .tensorrt {
      NvidiaLibraries.open(in: (libraryPath as NSString).deletingLastPathComponent)
    }
    let folder = options.cacheFolder ?? cacheFolder
    if provider.usesCacheFolder {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let pairs = provider.runtimeOptions(
      deviceID: options.deviceID, cacheFolder: folder, overrides: options.providerOptions[provider] ?? [:])
    let status = withCStrings(pairs.map(\.key)) { keys in
      withCStrings(pairs.map(\.value)) { values in
        register(provider, keys: keys, values: values, count: pairs.count, in: made)
      }
    }
    try check(
      status, .providerFailed,
      "The execution provider \(provider.rawValue) does not start (device \(options.deviceID))",
      hint: "Check the driver and the device id, or use --execution-providers cpu.")
  }

  private func register(
    _ provider: ExecutionProvider, keys: CStrings, values: CStrings, count: Int, in made: OpaquePointer
  ) -> OpaquePointer? {
    switch provider {
    case .cuda:
      var own: OpaquePointer?
      if let failure = api.CreateCUDAProviderOptions(&own) { return failure }
      guard let own else { return nil }
      defer { api.ReleaseCUDAProviderOptions(own) }
      if let failure = api.UpdateCUDAProviderOptions(own, keys, values, count) { return failure }
      return api.SessionOptionsAppendExecutionProvider_CUDA_V2(made, own)
    case .tensorrt:
      var own: OpaquePointer?
      if let failure = api.CreateTensorRTProviderOptions(&own) { return failure }
      guard let own else { return nil }
      defer { api.ReleaseTensorRTProviderOptions(own) }
      if let failure = api.UpdateTensorRTProviderOptions(own, keys, values, count) { return failure }
      return api.SessionOptionsAppendExecutionProvider_TensorRT_V2(made, own)
    default:
      return api.SessionOptionsAppendExecutionProvider(made, provider.registrationName, keys, values, count)
    }
  }
}

typealias CStrings = UnsafePointer<UnsafePointer<CChar>>

/// C strings that live for the call.
func withCStrings<Result>(_ strings: [String], _ body: (CStrings) throws -> Result) rethrows -> Result {
  let copies = UnsafeMutablePointer<UnsafePointer<CChar>>.allocate(capacity: max(1, strings.count))
  var filled: [UnsafeMutablePointer<CChar>] = []
  defer {
    for copy in filled { free(copy) }
    copies.deallocate()
  }
  for string in strings {
    guard let copy = strdup(string) else { continue }
    copies.advanced(by: filled.count).initialize(to: copy)
    filled.append(copy)
  }
  return try body(copies)
}

import COnnxRuntime
import Foundation

extension OnnxRuntime {
  /// Session options for these providers; the caller releases them.
  func makeSessionOptions(
    _ options: SessionOptions, providers: [ExecutionProvider], cache: CompiledModelCache
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
      if providers.contains(where: { $0 != .cpu }), extras.Session_GetEpGraphAssignmentInfo != nil {
        try check(api.AddSessionConfigEntry(made, SessionPlacement.setting, "1"), .modelRefused, what)
      }
      for provider in providers { try append(provider, options: options, cache: cache, to: made) }
    } catch {
      api.ReleaseSessionOptions(made)
      throw error
    }
    return made
  }

  private func append(
    _ provider: ExecutionProvider, options: SessionOptions, cache: CompiledModelCache, to made: OpaquePointer
  ) throws {
    // The CPU is always behind the others, without being asked for.
    guard provider != .cpu else { return }
    if case .plugin(let name) = provider { return try appendPlugin(name, options: options, to: made) }
    guard availableProviders.contains(provider) else {
      let names = availableProviders.map(\.rawValue).joined(separator: ", ")
      throw InferenceError(
        .providerUnavailable,
        "The execution provider \(provider.rawValue) is not in the installed ONNX Runtime \(version); it has: \(names).",
        hint: provider.installHint)
    }
    // Without a driver they would only take memory, hundreds of megabytes.
    if provider.usesCUDA, (try? CUDADriver.open()) != nil {
      NvidiaLibraries.open(in: (libraryPath as NSString).deletingLastPathComponent)
    }
    let folder = provider.usesCacheFolder ? cache.folder(for: provider) : cache.base
    let pairs = provider.runtimeOptions(options, cacheFolder: folder, timingFolder: cache.timingFolder(for: provider))
    let status = withCStrings(pairs.map(\.key)) { keys in
      withCStrings(pairs.map(\.value)) { values in
        register(provider, keys: keys, values: values, count: pairs.count, stream: options.cuda.stream, in: made)
      }
    }
    try check(
      status, .providerFailed,
      "The execution provider \(provider.rawValue) does not start (device \(options.deviceID))",
      hint: "Check the driver and the device id, or use --execution-providers cpu.")
  }

  private func register(
    _ provider: ExecutionProvider, keys: CStrings, values: CStrings, count: Int, stream: UInt?, in made: OpaquePointer
  ) -> OpaquePointer? {
    switch provider {
    case .cuda:
      var own: OpaquePointer?
      if let failure = api.CreateCUDAProviderOptions(&own) { return failure }
      guard let own else { return nil }
      defer { api.ReleaseCUDAProviderOptions(own) }
      if let failure = api.UpdateCUDAProviderOptions(own, keys, values, count) { return failure }
      if let failure = setStream(stream, extras.UpdateCUDAProviderOptionsWithValue, own) { return failure }
      return api.SessionOptionsAppendExecutionProvider_CUDA_V2(made, own)
    case .tensorrt:
      var own: OpaquePointer?
      if let failure = api.CreateTensorRTProviderOptions(&own) { return failure }
      guard let own else { return nil }
      defer { api.ReleaseTensorRTProviderOptions(own) }
      if let failure = api.UpdateTensorRTProviderOptions(own, keys, values, count) { return failure }
      if let failure = setStream(stream, extras.UpdateTensorRTProviderOptionsWithValue, own) { return failure }
      return api.SessionOptionsAppendExecutionProvider_TensorRT_V2(made, own)
    default:
      return api.SessionOptionsAppendExecutionProvider(made, provider.registrationName, keys, values, count)
    }
  }

  private typealias ValueSetter =
    @convention(c) (
      OpaquePointer, UnsafePointer<CChar>, UnsafeMutableRawPointer
    ) -> OpaquePointer?

  /// A library older than 1.16 computes on a stream of its own.
  private func setStream(_ stream: UInt?, _ set: ValueSetter?, _ own: OpaquePointer) -> OpaquePointer? {
    guard let set, let stream, let handle = UnsafeMutableRawPointer(bitPattern: stream) else { return nil }
    return set(own, "user_compute_stream", handle)
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

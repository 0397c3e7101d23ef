import COnnxRuntime
import Foundation
import Synchronization

extension OnnxRuntime {
  /// The plug-ins registered so far, by name.
  public var pluginProviders: [ExecutionProvider] {
    plugins.withLock { $0.keys.sorted().map(ExecutionProvider.plugin) }
  }

  /// Opens a provider's library, which then can be listed under its name. The same again does nothing.
  ///
  /// Throws `libraryTooOld` when the runtime has no plug-in interface, `providerUnavailable` when the file is missing
  /// or the name taken by another file, `providerFailed` when the library does not start or finds no device.
  public func register(_ plugin: ProviderPlugin) throws {
    guard let registerLibrary = extras.RegisterExecutionProviderLibrary else {
      throw InferenceError(
        .libraryTooOld, "ONNX Runtime \(version) takes no execution provider libraries; 1.22 is the oldest that does.",
        hint: Self.installHint)
    }
    guard FileManager.default.fileExists(atPath: plugin.path) else {
      throw InferenceError(
        .providerUnavailable, "The execution provider library \(plugin.path) is not there.",
        hint: "Check the path in --execution-provider-library \(plugin.name)=PATH.")
    }
    try plugins.withLock { plugins in
      if let held = plugins[plugin.name] {
        guard held.plugin == plugin else {
          throw InferenceError(
            .providerUnavailable,
            "The name \(plugin.name) is taken by the execution provider library \(held.plugin.path).",
            hint: "Give each library a name of its own in --execution-provider-library NAME=PATH.")
        }
        return
      }
      let before = Set(try deviceAddresses())
      // The runtime takes a relative path as one from its own folder.
      let path = URL(fileURLWithPath: plugin.path).path
      try check(
        registerLibrary(environment, plugin.name, path), .providerFailed,
        "The execution provider library \(plugin.path) does not start",
        hint: "It must be a plug-in library for ONNX Runtime \(version).")
      let devices = try deviceAddresses().filter { !before.contains($0) }
      guard !devices.isEmpty else {
        try check(
          extras.UnregisterExecutionProviderLibrary?(environment, plugin.name), .providerFailed,
          "The execution provider library \(plugin.path) cannot be closed")
        throw InferenceError(
          .providerFailed, "The execution provider library \(plugin.path) finds no device here.",
          hint: "Check the driver of the device it is for.")
      }
      plugins[plugin.name] = RegisteredPlugin(plugin: plugin, devices: devices)
    }
  }

  /// Adds the device `options.deviceID` of a plug-in to the session's options.
  func appendPlugin(_ name: String, options: SessionOptions, to made: OpaquePointer) throws {
    let provider = ExecutionProvider.plugin(name)
    guard let plugin = plugins.withLock({ $0[name] }), let append = extras.SessionOptionsAppendExecutionProvider_V2
    else {
      throw InferenceError(
        .providerUnavailable, "The execution provider \(name) is not known.", hint: provider.installHint)
    }
    let devices = plugin.devices
    guard devices.indices.contains(options.deviceID), let device = OpaquePointer(bitPattern: devices[options.deviceID])
    else {
      throw InferenceError(
        .providerFailed,
        "The execution provider \(name) has \(devices.count) device(s); there is no number \(options.deviceID).",
        hint: "Numbers start at 0: --execution-device-ids.")
    }
    let pairs = provider.runtimeOptions(options, cacheFolder: "")
    let status = withCStrings(pairs.map(\.key)) { keys in
      withCStrings(pairs.map(\.value)) { values in
        withUnsafePointer(to: device) {
          append(made, environment, $0, 1, keys, values, pairs.count)
        }
      }
    }
    try check(
      status, .providerFailed, "The execution provider \(name) does not start (device \(options.deviceID))",
      hint: "Check its driver, or use --execution-providers cpu.")
  }

  /// The devices of all providers, in the runtime's order.
  private func deviceAddresses() throws -> [UInt] {
    guard let list = extras.GetEpDevices else { return [] }
    var devices: UnsafePointer<OpaquePointer>?
    var count = 0
    try check(list(environment, &devices, &count), .providerFailed, "The devices cannot be listed")
    return UnsafeBufferPointer(start: devices, count: devices == nil ? 0 : count).map { UInt(bitPattern: $0) }
  }
}

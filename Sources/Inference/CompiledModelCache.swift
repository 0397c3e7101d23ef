import Foundation

/// Where a provider keeps what it compiled from a model (TensorRT engines, MIGraphX and CoreML programs).
///
/// The folder's name is a digest of everything the compiled model depends on: the model's bytes, the device and its
/// driver, the options and the runtime's version. So a changed one of them never meets an old engine. `key.txt` in the
/// folder says what it is for, and is compared: an equal digest of another key leads to another folder.
struct CompiledModelCache: Sendable {
  /// Holds a folder for each provider.
  let base: String
  let model: String
  let digest: ContentDigest
  let device: DeviceIdentity
  let runtimeVersion: String
  let options: SessionOptions

  /// The folder for this model, made when it is not there. A folder that cannot be made is the provider's to complain
  /// about: it works without a cache.
  func folder(for provider: ExecutionProvider) -> String {
    let key = modelKey(provider)
    return make("\(base)/\(provider.rawValue)/\(safeName)-\(ContentDigest(key.utf8).hex)", key: key)
  }

  /// TensorRT's timings of single layers: they hold for every model on the same device, driver and version.
  func timingFolder(for provider: ExecutionProvider) -> String? {
    guard provider == .tensorrt else { return nil }
    let key = deviceKey(provider)
    return make("\(base)/\(provider.rawValue)/timing-\(ContentDigest(key.utf8).hex)", key: key)
  }

  private func deviceKey(_ provider: ExecutionProvider) -> String {
    "provider: \(provider.rawValue)\nruntime: \(runtimeVersion)\ndevice: \(device.description)\n"
  }

  func modelKey(_ provider: ExecutionProvider) -> String {
    // Neither the cache's own place nor the stream's address says anything about the engine.
    let pairs = provider.runtimeOptions(options, cacheFolder: "", timingFolder: "")
      .filter { !$0.key.hasSuffix("_path") && !$0.key.hasSuffix("_dir") && $0.key != "ModelCacheDirectory" }
      .map { "\($0.key)=\($0.value)" }
    return deviceKey(provider)
      + "model: \(model), \(digest.byteCount) bytes, \(digest.hex)\noptions: \(pairs.joined(separator: ", "))\n"
  }

  private var safeName: String {
    String(model.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" })
  }

  private func make(_ wanted: String, key: String) -> String {
    let files = FileManager.default
    for attempt in 0..<16 {
      let folder = attempt == 0 ? wanted : "\(wanted)-\(attempt)"
      let file = folder + "/key.txt"
      if let held = try? String(contentsOfFile: file, encoding: .utf8) {
        if held == key { return folder }
        continue
      }
      try? files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try? Data(key.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
      return folder
    }
    return wanted
  }
}

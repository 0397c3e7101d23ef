/// A provider in a library of its own, made for the runtime's plug-in interface (ONNX Runtime 1.22 and newer).
public struct ProviderPlugin: Sendable, Hashable {
  /// The name it is used under in `--execution-providers`.
  public let name: String
  /// The library's file.
  public let path: String

  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// Reads `NAME=PATH`, the form of `--execution-provider-library`. The name may not be that of a provider we know.
  public init(text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw InferenceError(
        .providerUnavailable, "\"\(text)\" names no execution provider library.",
        hint: "Write NAME=PATH, for example --execution-provider-library mine=/opt/mine/libmine_ep.so.")
    }
    guard ExecutionProvider(rawValue: parts[0]) == nil, parts[0] != "auto" else {
      throw InferenceError(
        .providerUnavailable, "An execution provider library cannot be named \(parts[0]): that is another provider.",
        hint: "Choose another name in --execution-provider-library NAME=PATH.")
    }
    self.init(name: parts[0], path: parts[1])
  }

  public var provider: ExecutionProvider { .plugin(name) }
}

/// A plug-in that the runtime has opened.
struct RegisteredPlugin: Sendable, Hashable {
  let plugin: ProviderPlugin
  /// The runtime's descriptions of its devices, which live as long as the process.
  let devices: [UInt]
}

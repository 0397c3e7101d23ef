public import Inference
import Processors

extension SessionOptions {
  /// The options of a table that has the group "Execution"; of several devices the first.
  ///
  /// - Parameter driver: opens the driver of the cards, for names and shares that only it can judge.
  /// - Throws: ``PipelineError`` of code `usage` for a provider that is neither built in nor a library's, and what
  ///   naming a card throws.
  public init(_ values: OptionValues, driver: () throws -> CUDADriver = CUDADriver.open) throws {
    let devices = try ExecutionDevices(values, driver: driver)
    self.init(
      providers: try Self.providers(values), deviceID: devices.numbers[0],
      precision: values.string("precision").flatMap(Precision.init) ?? .auto,
      cuda: try CUDAOptions(values, devices, driver: driver))
  }

  private static func providers(_ values: OptionValues) throws -> ProviderChoice {
    let names = values.strings("execution_providers")
    if names.isEmpty || names.contains("auto") { return .auto }
    let plugins = try ProviderPlugin.all(values).map(\.provider)
    return .list(
      try names.map { name in
        if let provider = ExecutionProvider(rawValue: name) ?? plugins.first(where: { $0.rawValue == name }) {
          return provider
        }
        let known = (["auto"] + ExecutionProvider.allCases.map(\.rawValue) + plugins.map(\.rawValue))
        throw PipelineError(
          .usage, "There is no execution provider \"\(name)\".",
          hint: "Known: \(known.joined(separator: ", ")). --execution-provider-library NAME=PATH brings others.")
      })
  }
}

extension ProviderPlugin {
  /// The libraries of `--execution-provider-library`.
  public static func all(_ values: OptionValues) throws -> [ProviderPlugin] {
    try values.strings("execution_provider_library").map(ProviderPlugin.init(text:))
  }
}

extension OnnxRuntime {
  /// The runtime of `--onnxruntime-path` with the libraries of `--execution-provider-library`.
  public static func open(_ values: OptionValues) throws -> OnnxRuntime {
    let runtime = try open(path: values.string("onnxruntime_path"))
    for plugin in try ProviderPlugin.all(values) { try runtime.register(plugin) }
    return runtime
  }
}

extension CUDAOptions {
  init(_ values: OptionValues, _ devices: ExecutionDevices, driver: () throws -> CUDADriver) throws {
    let search = ExecutionForms.searches.first { $0.name == values.string("cudnn_search") }
    self.init(
      allowsTF32: values.string("cuda_tf32") != "off", convolutionSearch: search?.search,
      memoryLimit: try devices.memoryLimit(values, driver: driver))
  }
}

/// The cards of `--execution-device-ids`.
public struct ExecutionDevices: Sendable, Hashable {
  /// Numbers as the runtime and the driver count, in the order given; at least one.
  public let numbers: [Int]
  /// The cards themselves where they were looked up: for names that are no numbers.
  private let cards: [CUDADevice]

  /// Numbers are taken as they are. Names are looked up; instances of a divided card become the only ones that the
  /// process sees, because the driver shows them no other way.
  ///
  /// - Throws: `deviceMissing` for a name that no card has, `invalidOption` for a device that is named twice.
  public init(_ values: OptionValues, driver open: () throws -> CUDADriver = CUDADriver.open) throws {
    let names = values.strings("execution_device_ids")
    let given = names.isEmpty ? ["0"] : names
    let plain = given.compactMap(Int.init)
    if plain.count == given.count {
      if Set(plain).count < plain.count { throw Self.twice(given) }
      (numbers, cards) = (plain, [])
      return
    }
    if given.contains(where: { $0.lowercased().hasPrefix("mig-") }) {
      CUDADriver.showOnly(given.joined(separator: ","))
    }
    cards = try DeviceChooser.devices(named: given, driver: open())
    numbers = cards.map(\.ordinal)
  }

  private static func twice(_ names: [String]) -> PipelineError {
    PipelineError(
      .usage, "--execution-device-ids names a device twice: \(names.joined(separator: " ")).",
      hint: "Name each one once.")
  }

  /// `--gpu-memory-limit` for the first device; nil without the option.
  func memoryLimit(_ values: OptionValues, driver: () throws -> CUDADriver) throws -> Int? {
    guard let limit = try values.string("gpu_memory_limit").map(MemoryLimit.init(text:)) else { return nil }
    if case .bytes(let bytes) = limit { return bytes }
    // A share of nothing is no limit: without a card nobody asks.
    guard let card = try? cards.first ?? driver().device(named: "\(numbers[0])") else { return nil }
    return limit.bytes(of: card.totalMemory)
  }
}

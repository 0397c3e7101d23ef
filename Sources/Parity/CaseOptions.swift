import Processors
import TestSupport

/// The options of a case as processors read them; what the case does not set has the peer's default.
struct CaseOptions: OptionReading {
  private let values: [String: JSONValue]

  init(_ values: [String: JSONValue]) { self.values = values }

  /// The peer's defaults of the options that all processors share and that differ from ours.
  private static let shared = ["face_mask_types": "box", "face_occluder_model": "xseg_1"]
  private static let defaults: [String: String] = ProcessorRegistry.all.flatMap(\.options)
    .reduce(into: shared) { defaults, option in defaults[option.key] = option.peerDefault ?? option.defaultValue }

  func strings(_ key: String) -> [String] {
    if let value = values[key] { return Self.words(value) }
    return Self.defaults[key]?.split(separator: " ").map(String.init) ?? []
  }

  private static func words(_ value: JSONValue) -> [String] {
    switch value {
    case .text(let text): [text]
    case .number(let number): [number == number.rounded() ? String(Int(number)) : String(number)]
    case .bool(let flag): [String(flag)]
    case .list(let values): values.flatMap(words)
    case .null, .object: []
    }
  }
}

public import Processors

/// The options of one run after command line, config file and defaults were put together, in that order of precedence.
///
/// Asking for a key that no option has is a programmer's error; asking for one that is not set gives nil.
public struct OptionValues: OptionReading {
  private let table: [OptionSpec]
  private let specs: [String: OptionSpec]
  private let values: [String: [String]]
  /// Things in the config file that are not used, in words.
  public let warnings: [String]

  /// With `defaults facefusion` among the given values, FaceFusion's default holds where it differs from ours.
  ///
  /// - Parameters:
  ///   - given: values of the command line by key, already checked.
  ///   - ini: the config file, if there is one. A bad value in it is an error of code `configuration`.
  public init(table: [OptionSpec], given: [String: [String]], ini: IniFile?) throws {
    self.table = table
    specs = Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0) })
    var values: [String: [String]] = [:]
    let isPeers = given[OptionTable.whoseDefaults.key] == ["facefusion"]
    for spec in table {
      let value = isPeers ? Self.peerDefault(of: spec) : spec.defaultValue
      values[spec.key] = value.map { spec.takesSeveral ? IniFile.words(in: $0) : [$0] }
    }
    var warnings: [String] = []
    if let ini { values.merge(try Self.values(of: ini, table, &warnings)) { $1 } }
    self.values = values.merging(given) { $1 }
    self.warnings = warnings
  }

  /// FaceFusion's default; ours where it has no such option or finds its default out at run time.
  private static func peerDefault(of spec: OptionSpec) -> String? {
    switch spec.kind {
    case .path, .paths, .words, .form: return spec.defaultValue
    default: break
    }
    guard let peer = spec.peerDefault, peer != "-",
      spec.firstBadValue(in: spec.takesSeveral ? IniFile.words(in: peer) : [peer]) == nil
    else { return spec.defaultValue }
    return peer
  }

  private static func values(
    of ini: IniFile, _ table: [OptionSpec], _ warnings: inout [String]
  ) throws -> [String: [String]] {
    var values: [String: [String]] = [:]
    for (section, keys) in ini.sections.sorted(by: { $0.key < $1.key }) {
      for (key, entry) in keys.sorted(by: { $0.value.line < $1.value.line }) {
        guard let spec = table.first(where: { $0.section == section && $0.key == key }) else {
          warnings.append(
            "\(ini.path), line \(entry.line): [\(section)] \(key) is not an option of this command; ignored.")
          continue
        }
        let words = spec.takesSeveral ? IniFile.words(in: entry.value) : [entry.value]
        if let bad = spec.firstBadValue(in: words) {
          throw PipelineError(
            .configuration,
            "The config file \(ini.path), line \(entry.line): \"\(bad)\" cannot be used for \(key), "
              + "which takes \(spec.valueDescription).")
        }
        values[key] = words
      }
    }
    return values
  }

  /// All values of an option; empty when it is not set.
  public func strings(_ key: String) -> [String] {
    precondition(specs[key] != nil, "no option has the key \(key)")
    return values[key] ?? []
  }

  /// The options that are not at their default, in the order of the table.
  var specified: [(spec: OptionSpec, value: String)] {
    table.compactMap { spec in
      guard let value = values[spec.key]?.joined(separator: " "), value != spec.defaultValue else { return nil }
      return (spec, value)
    }
  }

  /// Every option that is set, by key, for reports.
  public var all: [String: String] { values.mapValues { $0.joined(separator: " ") } }
}

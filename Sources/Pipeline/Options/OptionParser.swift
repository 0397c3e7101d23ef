public import Processors

/// The command line of one command, sorted into options and plain arguments.
///
/// Long names may be shortened as long as they stay unambiguous. `--name value`, `--name=value` and several values
/// after one name are understood; `--` ends the options. A value that starts with two dashes needs the `=` form.
public struct ParsedArguments: Sendable, Equatable {
  /// Option key → values as written; a repeated option keeps the last ones.
  public var values: [String: [String]] = [:]
  /// Arguments that belong to no option.
  public var positionals: [String] = []
  /// `-h` or `--help` was given.
  public var wantsHelp = false

  /// Parses `arguments` by `table`. Unknown, ambiguous and incomplete options are errors of code `usage`, and so are
  /// values out of range.
  public init(_ arguments: [String], table: [OptionSpec]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        positionals += rest
        return
      }
      if argument == "-h" || argument == "--help" {
        wantsHelp = true
      } else if let (spec, attached) = try Self.option(argument, table) {
        values[spec.key] = try Self.values(of: spec, attached: attached, rest: &rest, table: table)
      } else {
        positionals.append(argument)
      }
    }
  }

  /// The option that `argument` names with the value attached by `=`, nil when it is a plain argument.
  private static func option(_ argument: String, _ table: [OptionSpec]) throws -> (OptionSpec, String?)? {
    if argument.hasPrefix("--") {
      let body = argument.dropFirst(2)
      let name = String(body.prefix { $0 != "=" })
      let attached = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
      return (try spec(named: name, in: table), attached)
    }
    guard argument.count == 2, argument.first == "-", let letter = argument.last, letter.isLetter else { return nil }
    guard let spec = table.first(where: { $0.short == letter }) else {
      throw PipelineError(.usage, "There is no option \(argument).", hint: "See --help.")
    }
    return (spec, nil)
  }

  private static func spec(named name: String, in table: [OptionSpec]) throws -> OptionSpec {
    if let exact = table.first(where: { $0.name == name || $0.aliases.contains(name) }) { return exact }
    let matches = table.filter { $0.name.hasPrefix(name) }
    if matches.count == 1 { return matches[0] }
    if matches.isEmpty || name.isEmpty {
      throw PipelineError(.usage, "There is no option --\(name).", hint: "See --help.")
    }
    let names = matches.map { "--" + $0.name }.joined(separator: ", ")
    throw PipelineError(.usage, "The option --\(name) is ambiguous: it could be \(names).")
  }

  private static func values(
    of spec: OptionSpec, attached: String?, rest: inout ArraySlice<String>, table: [OptionSpec]
  ) throws -> [String] {
    if case .flag = spec.kind { return try checked([attached ?? "true"], spec) }
    var values = attached.map { [$0] } ?? []
    if attached == nil || spec.takesSeveral {
      while let next = rest.first, values.isEmpty || spec.takesSeveral, !looksLikeOption(next, table) {
        values.append(next)
        rest.removeFirst()
      }
    }
    guard !values.isEmpty else {
      throw PipelineError(.usage, "The option --\(spec.name) needs \(spec.valueDescription).")
    }
    return try checked(values, spec)
  }

  private static func looksLikeOption(_ argument: String, _ table: [OptionSpec]) -> Bool {
    if argument.hasPrefix("--") { return true }
    guard argument.count == 2, argument.first == "-", let letter = argument.last else { return false }
    return letter == "h" || table.contains { $0.short == letter }
  }

  private static func checked(_ values: [String], _ spec: OptionSpec) throws -> [String] {
    if let bad = spec.firstBadValue(in: values) {
      throw PipelineError(.usage, "\"\(bad)\" cannot be used for --\(spec.name), which takes \(spec.valueDescription).")
    }
    return values
  }
}

import Foundation
import Logging
import Pipeline
import Processors

/// What the commands with options of the table have in common: command line and config file, help, messages.
struct OptionSetup {
  let values: OptionValues
  let positionals: [String]
  let logger: Logger
  let format: LogFormat

  /// Nil when help was asked for and has been printed.
  ///
  /// - Parameter positionals: how many plain arguments the command takes.
  init?(_ arguments: [String], help: HelpPage, positionals allowed: Int = 0) throws {
    let table = help.groups.flatMap(\.options)
    let parsed = try ParsedArguments(arguments, table: table)
    if parsed.wantsHelp {
      print(help.text)
      return nil
    }
    if parsed.positionals.count > allowed {
      throw PipelineError(
        .usage, "\"\(parsed.positionals[allowed])\" belongs to no option.", hint: "See --help.")
    }
    let ini = try ConfigFile.load(path: parsed.values["config_path"]?.first)
    values = try OptionValues(table: table, given: parsed.values, ini: ini)
    positionals = parsed.positionals
    let format = values.string("log_format").flatMap(LogFormat.init) ?? .text
    let level = ConsoleLogHandler.level(named: values.string("log_level") ?? "info")
    self.format = format
    logger = Logger(label: "likeness") { _ in ConsoleLogHandler(level: level, format: format) }
    for warning in values.warnings { logger.warning("\(warning)") }
  }

  /// Whether progress is shown at all: not for `warn` and `error`.
  var showsProgress: Bool { logger.logLevel <= .info }
}

import Foundation
import Logging

/// How messages look.
enum LogFormat: String, Sendable {
  case text, json
}

/// Writes messages to standard error, as text or as one JSON object a line.
struct ConsoleLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  let format: LogFormat

  init(level: Logger.Level, format: LogFormat) {
    logLevel = level
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Console.shared.write(ConsoleLogHandler.line(event.level, "\(event.message)", format))
  }

  /// The line for one message.
  static func line(_ level: Logger.Level, _ message: String, _ format: LogFormat) -> String {
    switch format {
    case .text: return level == .info ? message : "\(name(of: level)): \(message)"
    case .json: return json(["level": name(of: level), "message": message])
    }
  }

  /// An object as one line of JSON.
  static func json(_ fields: [String: any Sendable]) -> String {
    guard
      let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  private static func name(of level: Logger.Level) -> String {
    switch level {
    case .warning: "warn"
    case .critical: "error"
    default: level.rawValue
    }
  }

  /// The level behind a value of `--log-level`.
  static func level(named name: String) -> Logger.Level {
    name == "warn" ? .warning : Logger.Level(rawValue: name) ?? .info
  }
}

import Logging
import Synchronization

/// Keeps what a run says.
final class LogLines: Sendable {
  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.said.withLock { $0.append("\(event.message)") } }
  }

  private let said = Mutex<[String]>([])

  var logger: Logger { Logger(label: "test") { [self] _ in Handler(lines: self) } }
  var all: [String] { said.withLock { $0 } }
}

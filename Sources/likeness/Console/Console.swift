import Foundation
import Synchronization

/// Standard error with a progress line that stays at the bottom.
final class Console: Sendable {
  static let shared = Console()

  /// Whether standard error is a terminal.
  let isTerminal = isatty(STDERR_FILENO) == 1
  private let line = Mutex("")

  /// Writes one line of text above the progress line.
  func write(_ text: String) {
    line.withLock { line in
      emit((line.isEmpty ? "" : "\r\u{1B}[K") + text + "\n" + line)
    }
  }

  /// Replaces the progress line; an empty text takes it away.
  func showProgress(_ text: String) {
    line.withLock { line in
      guard !(line.isEmpty && text.isEmpty) else { return }
      line = text
      emit("\r\u{1B}[K" + text)
    }
  }

  private func emit(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}

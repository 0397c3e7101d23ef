import Foundation
import Pipeline

/// Shows a run's progress: a bar that moves on a terminal, one line every ten seconds elsewhere.
///
/// The run only counts; the display looks at the counter on a thread of its own, so drawing never holds a frame up.
final class ProgressDisplay: Sendable {
  private let bell = DisplayBell()

  /// Starts showing.
  init(_ progress: RunProgress, format: LogFormat) {
    let moves = Console.shared.isTerminal && format == .text
    let interval = moves ? 0.2 : 10
    let thread = Thread { [bell] in
      while !bell.wait(interval) { ProgressDisplay.show(progress, moves: moves, format: format) }
      bell.leave()
    }
    thread.name = "progress"
    thread.start()
  }

  /// Takes the bar away.
  func finish() {
    bell.ring()
    Console.shared.showProgress("")
  }

  private static func show(_ progress: RunProgress, moves: Bool, format: LogFormat) {
    let line = ProgressLine(done: progress.done, total: progress.total, seconds: progress.seconds)
    guard line.seconds > 0 else { return }
    if moves {
      Console.shared.showProgress(line.bar())
    } else {
      Console.shared.write(format == .json ? ConsoleLogHandler.json(line.fields) : line.text)
    }
  }
}

/// Ends the display thread, and waits until it has drawn for the last time.
private final class DisplayBell: @unchecked Sendable {
  private let condition = NSCondition()
  private var isRung = false
  private var hasLeft = false

  /// Waits `seconds`, less when the bell rings. Returns whether it has rung.
  func wait(_ seconds: Double) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    let end = Date(timeIntervalSinceNow: seconds)
    while !isRung, condition.wait(until: end) {}
    return isRung
  }

  func leave() {
    condition.lock()
    hasLeft = true
    condition.broadcast()
    condition.unlock()
  }

  func ring() {
    condition.lock()
    isRung = true
    condition.broadcast()
    while !hasLeft { condition.wait() }
    condition.unlock()
  }
}

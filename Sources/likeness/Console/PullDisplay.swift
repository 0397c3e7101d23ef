import Foundation
import ModelStore
import Synchronization

/// Shows a pull: a bar that moves on a terminal, a line every ten seconds elsewhere, and what happened.
final class PullDisplay: Sendable {
  private struct State {
    var file = ""
    /// When the transfer began, with so many bytes there already.
    var start = 0.0
    var startBytes = 0
    var shown = 0.0
  }

  private let state = Mutex(State())
  private let moves: Bool
  private let clock: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let showBar: @Sendable (String) -> Void

  init(
    moves: Bool = Console.shared.isTerminal,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime },
    write: @escaping @Sendable (String) -> Void = { Console.shared.write($0) },
    showBar: @escaping @Sendable (String) -> Void = { Console.shared.showProgress($0) }
  ) {
    self.moves = moves
    self.clock = clock
    self.write = write
    self.showBar = showBar
  }

  func show(_ event: PullEvent) {
    switch event {
    case .present(let entry): end("\(entry.file): there already")
    case .waiting(let entry): end("\(entry.file): another process fetches it; waiting")
    case .retrying(let entry, let host, let reason, let seconds):
      end("\(entry.file): \(host) \(reason); again in \(String(format: "%.1f", seconds)) s")
    case .failed(let entry, let host, let reason): end("\(entry.file): \(host) \(reason); giving this host up")
    case .fetched(let entry, let size): end("\(entry.file): fetched and checked, \(TransferLine.megabytes(size))")
    case .progress(let entry, let host, let done, let total): progress(entry.file, host, done, total)
    }
  }

  /// Takes the bar away.
  func finish() { if moves { showBar("") } }

  private func end(_ line: String) {
    state.withLock { $0.file = "" }
    finish()
    write(line)
  }

  private func progress(_ file: String, _ host: String, _ done: Int, _ total: Int?) {
    let now = clock()
    let line = state.withLock { state -> TransferLine? in
      if state.file != file {
        state = State(file: file, start: now, startBytes: done, shown: now)
      } else if now - state.shown < (moves ? 0.2 : 10) {
        return nil
      }
      state.shown = now
      return TransferLine(
        name: "\(file) from \(host)", done: done, total: total, fetched: done - state.startBytes,
        seconds: now - state.start)
    }
    guard let line else { return }
    if moves { showBar(line.bar()) } else { write(line.text) }
  }
}

/// The words for a transfer.
struct TransferLine: Sendable {
  let name: String
  /// Bytes that are here, and bytes of the whole file (nil when unknown).
  let done: Int
  let total: Int?
  /// Bytes that came in these seconds; less than `done` when an earlier attempt brought some.
  let fetched: Int
  let seconds: Double

  var text: String {
    var parts = [total.map { "\(Self.number(done))/\(Self.megabytes($0))" } ?? Self.megabytes(done)]
    let rate = seconds > 0 ? Double(fetched) / seconds : 0
    if rate > 0 {
      parts.append("\(Self.megabytes(Int(rate)))/s")
      if let total { parts.append(ProgressLine.clock(Double(max(total - done, 0)) / rate) + " left") }
    }
    return "\(name): " + parts.joined(separator: ", ")
  }

  /// The same with a bar of `width` cells in front.
  func bar(width: Int = 24) -> String {
    guard let total, total > 0 else { return text }
    let filled = Int(min(Double(done) / Double(total), 1) * Double(width))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + " " + text
  }

  static func megabytes(_ bytes: Int) -> String { number(bytes) + " MB" }

  private static func number(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1e6) }
}

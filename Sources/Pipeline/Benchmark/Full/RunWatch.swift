import Foundation
import Processors
import Synchronization

/// How far a run was at some moments.
struct ProgressSamples: Sendable {
  private(set) var moments: [(seconds: Double, done: Int)] = []

  mutating func add(seconds: Double, done: Int) {
    // Only moments at which something had been finished since the last one.
    if moments.last?.done != done { moments.append((seconds, done)) }
  }

  /// Frames a second between the first tenth (and at least `start` frames) and the last frame; nil when fewer than ten
  /// frames lie between.
  func steadyRate(from start: Int) -> Double? {
    guard let last = moments.last else { return nil }
    let first = moments.first { $0.done >= max(start, last.done / 10, 1) }
    guard let first, last.done - first.done >= 10, last.seconds > first.seconds else { return nil }
    return Double(last.done - first.done) / (last.seconds - first.seconds)
  }
}

/// Looks at a run from a thread of its own, some fifty times a second.
final class RunWatch: Sendable {
  private struct State: Sendable {
    var samples = ProgressSamples()
    var busy: [Double] = []
    var hasEnded = false
  }

  private static let interval = 0.02
  private let progress: RunProgress
  private let busy: (@Sendable () -> Double?)?
  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  /// - Parameter busy: share of the time in which the card worked lately, 0…100.
  init(_ progress: RunProgress, busy: (@Sendable () -> Double?)?) {
    self.progress = progress
    self.busy = busy
    let thread = Thread { [self] in
      while !look() { Thread.sleep(forTimeInterval: Self.interval) }
      done.signal()
    }
    thread.name = "benchmark watch"
    thread.start()
  }

  /// Takes one look. Returns whether the run was over before it.
  private func look() -> Bool {
    let hasEnded = state.withLock(\.hasEnded)
    let (seconds, frames) = (progress.seconds, progress.done)
    let busy = frames > 0 ? busy?() : nil
    state.withLock { state in
      state.samples.add(seconds: seconds, done: frames)
      if let busy { state.busy.append(busy) }
    }
    return hasEnded
  }

  /// Ends the watch. The mean of what the card said is nil when it said nothing.
  func finish() -> (samples: ProgressSamples, busyPercent: Double?) {
    state.withLock { $0.hasEnded = true }
    done.wait()
    return state.withLock { state in
      let mean = state.busy.isEmpty ? nil : state.busy.reduce(0, +) / Double(state.busy.count)
      return (state.samples, mean)
    }
  }
}

import Foundation
import Pipeline
import Synchronization

/// Ends the program on SIGINT, SIGTERM and SIGHUP: in order when that takes less than a second, at once otherwise.
///
/// The signals are blocked in every thread and taken by one that waits for them, so no code runs inside a signal
/// handler. ``block()`` has to be called before any other thread starts.
final class SignalWatcher: Sendable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private let received = Atomic<Int32>(0)

  /// The signal that asked the program to end, nil while there was none.
  var signal: Int32? {
    let value = received.load(ordering: .acquiring)
    return value == 0 ? nil : value
  }

  private static func signalSet() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  /// Blocks the signals in this thread and all that it starts. A write to a closed pipe or beyond the size limit of a
  /// file becomes an error of that write instead of the end of the program.
  static func block() {
    var set = signalSet()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Foundation.signal(SIGPIPE, SIG_IGN)
    Foundation.signal(SIGXFSZ, SIG_IGN)
  }

  /// Starts watching for a run.
  ///
  /// - Parameter patience: seconds the run gets to end in order.
  init(stop: StopToken, partial: PartialFiles, patience: Double = 0.7) {
    let thread = Thread { [weak self] in
      var set = SignalWatcher.signalSet()
      var number: Int32 = 0
      while sigwait(&set, &number) == 0 {
        _ = self?.received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
        if stop.isStopped { SignalWatcher.leave(number, partial) }
        stop.stop(PipelineError(.cancelled, "Stopped."))
        SignalWatcher.leaveLater(number, partial, patience)
      }
    }
    thread.name = "signals"
    thread.start()
  }

  private static func leaveLater(_ number: Int32, _ partial: PartialFiles, _ patience: Double) {
    let thread = Thread {
      Thread.sleep(forTimeInterval: patience)
      leave(number, partial)
    }
    thread.start()
  }

  private static func leave(_ number: Int32, _ partial: PartialFiles) -> Never {
    partial.removeAll()
    _exit(ExitStatus.ended(by: number))
  }
}

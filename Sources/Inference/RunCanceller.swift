import COnnxRuntime
import Synchronization

/// Stops the runs of one session from any thread: the run in progress ends at its next operator with `cancelled`, and
/// so do later ones until ``reset()``.
public final class RunCanceller: Sendable {
  private let runtime: OnnxRuntime
  private let flag = Atomic(false)
  // The runtime reads its terminate flag while another thread sets it; that is what it is for.
  nonisolated(unsafe) let options: OpaquePointer

  init(runtime: OnnxRuntime) throws {
    self.runtime = runtime
    var made: OpaquePointer?
    try runtime.check(runtime.api.CreateRunOptions(&made), .runFailed, "No run options")
    guard let made else { throw InferenceError(.runFailed, "The runtime made no run options.") }
    options = made
  }

  deinit { runtime.api.ReleaseRunOptions(options) }

  public var isCancelled: Bool { flag.load(ordering: .acquiring) }

  public func cancel() {
    flag.store(true, ordering: .releasing)
    discard(runtime.api.RunOptionsSetTerminate(options))
  }

  public func reset() {
    discard(runtime.api.RunOptionsUnsetTerminate(options))
    flag.store(false, ordering: .releasing)
  }

  /// Setting a flag has no failure that a caller could act on.
  private func discard(_ status: OpaquePointer?) {
    if let status { runtime.api.ReleaseStatus(status) }
  }
}

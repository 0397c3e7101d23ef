import COnnxRuntime
import Synchronization

/// Stops the runs of one session from any thread: the run in progress ends at its next operator with `cancelled`, and
/// so do later ones until ``reset()``.
public final class RunCanceller: Sendable {
  private let runtime: OnnxRuntime
  private let flag = Atomic(false)
  // The runtime reads its terminate flag while another thread sets it; that is what it is for.
  nonisolated(unsafe) let options: OpaquePointer

  /// - Parameters:
  ///   - waitsForDevice: A run returns when the device has finished; without it, when everything is queued on the
  ///     session's stream.
  ///   - graph: The number of the CUDA graph to record and replay; below 0 none, nil for sessions that record none.
  init(runtime: OnnxRuntime, waitsForDevice: Bool = true, graph: Int? = nil) throws {
    self.runtime = runtime
    var made: OpaquePointer?
    try runtime.check(runtime.api.CreateRunOptions(&made), .runFailed, "No run options")
    guard let made else { throw InferenceError(.runFailed, "The runtime made no run options.") }
    options = made
    if !waitsForDevice { try set("disable_synchronize_execution_providers", "1") }
    if let graph { try set("gpu_graph_id", String(graph)) }
  }

  private func set(_ key: String, _ value: String) throws {
    try runtime.check(
      runtime.api.AddRunConfigEntry(options, key, value), .runFailed, "The run option \(key) is refused")
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

import CCUDA

/// Work recorded from a stream, started again as one piece with the same addresses and arguments.
public final class CUDAGraph: Sendable {
  public let context: CUDAContext
  nonisolated(unsafe) private let instance: OpaquePointer
  /// What one launch carries.
  public let counts: CUDACounts

  fileprivate init(_ instance: OpaquePointer, counts: CUDACounts, on context: CUDAContext) {
    self.instance = instance
    self.counts = counts
    self.context = context
  }

  deinit {
    guard let driver = try? context.enter() else { return }
    _ = driver.api.cuGraphExecDestroy(instance)
  }

  public func launch(on stream: CUDAStream) throws {
    let driver = try context.enter()
    try context.check(driver.api.cuGraphLaunch(instance, stream.handle), "A recorded piece of work cannot be started")
    stream.count { $0 += counts }
  }
}

extension CUDAStream {
  /// Records what `body` puts into the stream instead of running it.
  ///
  /// `body` must not wait for the stream, and what it names must live as long as the graph. When `body` throws, nothing
  /// is kept.
  public func record(_ body: () throws -> Void) throws -> CUDAGraph {
    let driver = try context.enter()
    try context.check(
      driver.api.cuStreamBeginCapture_v2(handle, Int32(LIKENESS_CUDA_CAPTURE_THREAD_LOCAL)), "Work cannot be recorded")
    let before = counts
    let outcome = Result(catching: body)
    let recorded = counts - before
    // Nothing of it has been carried yet.
    count { $0 = before }
    var graph: OpaquePointer?
    let ended = driver.api.cuStreamEndCapture(handle, &graph)
    defer { if let graph { _ = driver.api.cuGraphDestroy(graph) } }
    try outcome.get()
    try context.check(ended, "Work cannot be recorded")
    var instance: OpaquePointer?
    if let graph {
      try context.check(driver.api.cuGraphInstantiateWithFlags(&instance, graph, 0), "Recorded work cannot be prepared")
    }
    guard let instance else {
      throw InferenceError(.deviceFailed, "The driver recorded nothing and gave no reason.")
    }
    return CUDAGraph(instance, counts: recorded, on: context)
  }
}

import CCUDA

/// A mark in a stream: others can wait for it, and two of them measure the time between.
public final class CUDAEvent: Sendable {
  public let context: CUDAContext
  nonisolated(unsafe) let handle: OpaquePointer

  /// - Parameter isTimed: keeps the time; a mark without is cheaper.
  public init(on context: CUDAContext, isTimed: Bool = false) throws {
    let driver = try context.enter()
    var handle: OpaquePointer?
    try context.check(
      driver.api.cuEventCreate(&handle, isTimed ? 0 : UInt32(LIKENESS_CUDA_EVENT_DISABLE_TIMING)),
      "An event cannot be made")
    guard let handle else { throw InferenceError(.deviceFailed, "The driver made no event and gave no reason.") }
    self.context = context
    self.handle = handle
  }

  deinit {
    guard let driver = try? context.enter() else { return }
    _ = driver.api.cuEventDestroy_v2(handle)
  }

  /// Sets the mark behind what is in the stream now.
  public func record(on stream: CUDAStream) throws {
    let driver = try context.enter()
    try context.check(driver.api.cuEventRecord(handle, stream.handle), "An event cannot be recorded")
  }

  /// Whether the mark has been reached (or never set).
  public func isReached() throws -> Bool {
    let driver = try context.enter()
    let result = driver.api.cuEventQuery(handle)
    if result == LIKENESS_CUDA_NOT_READY { return false }
    try context.check(result, "The work on the card failed")
    return true
  }

  /// Waits until the mark is reached.
  public func synchronize() throws {
    let driver = try context.enter()
    try context.check(driver.api.cuEventSynchronize(handle), "The work on the card failed")
  }

  /// Milliseconds on the device from another mark to this one. Both must be timed and reached.
  public func milliseconds(since start: CUDAEvent) throws -> Double {
    let driver = try context.enter()
    var time: Float = 0
    try context.check(
      driver.api.cuEventElapsedTime(&time, start.handle, handle), "The time between two events is not known")
    return Double(time)
  }
}

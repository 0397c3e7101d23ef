import CCUDA

/// Memory of the host that the device reads and writes by itself, so that copies run beside the other work.
///
/// What is copied from or to it must stay until the stream has been waited for. It belongs to one worker at a time.
public final class PinnedMemory: @unchecked Sendable {
  public let context: CUDAContext
  /// All of the block; zeroed at first.
  public let bytes: UnsafeMutableRawBufferPointer

  public init(byteCount: Int, on context: CUDAContext) throws {
    let driver = try context.enter()
    var memory: UnsafeMutableRawPointer?
    try context.check(
      driver.api.cuMemHostAlloc(&memory, max(byteCount, 1), 0), "The system has no \(byteCount) bytes of pinned memory")
    guard let memory else {
      throw InferenceError(.deviceFailed, "The driver gave no pinned memory and no reason.")
    }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    self.context = context
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
  }

  deinit {
    guard let driver = try? context.enter(), let memory = bytes.baseAddress else { return }
    _ = driver.api.cuMemFreeHost(memory)
  }
}

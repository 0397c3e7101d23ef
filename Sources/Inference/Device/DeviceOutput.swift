/// An output of one request that stayed on the card.
///
/// A stream waits for it (``wait(on:)``) before work that reads it is queued there. When that work is queued the output may
/// be let go of.
public final class DeviceOutput: Sendable {
  public let shape: [Int]
  public let type: ElementType
  public let bytes: DeviceBytes
  /// The pool's piece that all outputs of the request share; nil in memory of the caller's.
  private let memory: PooledMemory?
  private let run: DeviceRun

  init(_ info: TensorInfo, _ bytes: DeviceBytes, memory: PooledMemory?, run: DeviceRun) {
    shape = info.shape
    type = info.type
    self.bytes = bytes
    self.memory = memory
    self.run = run
  }

  /// What is put into the stream from now on finds the numbers there. The host does not wait.
  public func wait(on stream: CUDAStream) throws {
    try run.wait(on: stream)
    use(on: stream)
  }

  func use(on stream: CUDAStream) { memory?.use(on: stream) }
}

import CCUDA
import Synchronization

/// What a stream has carried between host and device, and how often kernels were started on it.
public struct CUDACounts: Sendable, Hashable {
  public var uploads = 0
  public var uploadedBytes = 0
  public var downloads = 0
  public var downloadedBytes = 0
  public var launches = 0

  public init() {}

  public static func - (later: CUDACounts, earlier: CUDACounts) -> CUDACounts {
    var difference = CUDACounts()
    difference.uploads = later.uploads - earlier.uploads
    difference.uploadedBytes = later.uploadedBytes - earlier.uploadedBytes
    difference.downloads = later.downloads - earlier.downloads
    difference.downloadedBytes = later.downloadedBytes - earlier.downloadedBytes
    difference.launches = later.launches - earlier.launches
    return difference
  }

  public static func += (sum: inout CUDACounts, more: CUDACounts) {
    sum.uploads += more.uploads
    sum.uploadedBytes += more.uploadedBytes
    sum.downloads += more.downloads
    sum.downloadedBytes += more.downloadedBytes
    sum.launches += more.launches
  }
}

/// A queue of work on a device: what is put into it runs in order, beside other streams and beside the host.
public final class CUDAStream: Sendable {
  public let context: CUDAContext
  nonisolated(unsafe) let handle: OpaquePointer
  private let carried = Mutex(CUDACounts())

  /// A stream that does not wait for the default stream. Lower priorities go first; the device clamps them.
  public init(on context: CUDAContext, priority: Int = 0) throws {
    let driver = try context.enter()
    var handle: OpaquePointer?
    try context.check(
      driver.api.cuStreamCreateWithPriority(
        &handle, UInt32(LIKENESS_CUDA_STREAM_NON_BLOCKING), Int32(clamping: priority)), "A stream cannot be made")
    guard let handle else { throw InferenceError(.deviceFailed, "The driver made no stream and gave no reason.") }
    self.context = context
    self.handle = handle
  }

  /// What was put into the stream is done first.
  deinit {
    guard let driver = try? context.enter() else { return }
    _ = driver.api.cuStreamSynchronize(handle)
    _ = driver.api.cuStreamDestroy_v2(handle)
  }

  /// The stream as other libraries take it (`CUstream`), for example as `user_compute_stream` of ONNX Runtime.
  public var address: UInt { UInt(bitPattern: handle) }

  /// Copies and launches since the stream was made.
  public var counts: CUDACounts { carried.withLock { $0 } }

  func count(_ change: (inout CUDACounts) -> Void) { carried.withLock { change(&$0) } }

  /// Waits until everything in the stream is done. Errors of kernels that ran meanwhile come out here.
  public func synchronize() throws {
    let driver = try context.enter()
    try context.check(driver.api.cuStreamSynchronize(handle), "The work on the card failed")
  }

  /// Whether everything in the stream is done.
  public func isIdle() throws -> Bool {
    let driver = try context.enter()
    let result = driver.api.cuStreamQuery(handle)
    if result == LIKENESS_CUDA_NOT_READY { return false }
    try context.check(result, "The work on the card failed")
    return true
  }

  /// What is put into the stream from now on waits for the event. The host does not wait.
  public func wait(for event: CUDAEvent) throws {
    let driver = try context.enter()
    try context.check(driver.api.cuStreamWaitEvent(handle, event.handle, 0), "A stream cannot wait")
  }
}

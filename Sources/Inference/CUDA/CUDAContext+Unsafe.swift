import CCUDA
import Synchronization

/// The process's place on a device: its primary context, the one ONNX Runtime and FFmpeg use as well.
///
/// Sendable: every call makes the context current on the thread it runs on first.
public final class CUDAContext: Sendable {
  public let driver: CUDADriver
  public let device: CUDADevice
  nonisolated(unsafe) private let handle: OpaquePointer

  /// Opens the device. Throws `deviceMissing`, `deviceOutOfMemory` or `deviceFailed`.
  public init(_ device: CUDADevice, driver: CUDADriver) throws {
    var handle: OpaquePointer?
    try driver.check(
      driver.api.cuDevicePrimaryCtxRetain(&handle, Int32(device.ordinal)), "The card \(device.name) does not open")
    guard let handle else {
      throw InferenceError(.deviceFailed, "The card \(device.name) does not open and the driver gives no reason.")
    }
    self.driver = driver
    self.device = device
    self.handle = handle
  }

  deinit { _ = driver.api.cuDevicePrimaryCtxRelease_v2(Int32(device.ordinal)) }

  /// Makes the context current on this thread and gives the driver. What other libraries record on other threads does
  /// not keep the thread from its own work.
  @discardableResult
  public func enter() throws -> CUDADriver {
    try driver.check(driver.api.cuCtxSetCurrent(handle), "The card \(device.name) cannot be entered")
    let ignored = likeness_cuda_ignore_recordings(driver.api.cuThreadExchangeStreamCaptureMode)
    try driver.check(ignored, "The card \(device.name) cannot be entered")
    return driver
  }

  /// The context as other libraries take it (`CUcontext`).
  public var address: UInt { UInt(bitPattern: handle) }

  /// Memory of the device in bytes, other programs' included. In a MIG instance that of the instance.
  public func memory() throws -> DeviceMemoryInfo {
    try enter()
    var (free, total) = (0, 0)
    try check(driver.api.cuMemGetInfo_v2(&free, &total), "The memory cannot be read")
    return DeviceMemoryInfo(free: free, total: total)
  }

  func check(_ result: LikenessCUResult, _ what: @autoclosure () -> String) throws {
    guard result != LIKENESS_CUDA_SUCCESS else { return }
    throw driver.error(result, "\(device.name): \(what())")
  }
}

/// Memory of a device in bytes.
public struct DeviceMemoryInfo: Sendable, Hashable {
  public let free: Int
  public let total: Int

  public init(free: Int, total: Int) {
    self.free = free
    self.total = total
  }

  public var used: Int { total - free }
}

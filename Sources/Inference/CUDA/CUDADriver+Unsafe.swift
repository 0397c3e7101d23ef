package import CCUDA
import Foundation
import Synchronization

/// The CUDA driver of this machine: a table of its functions, opened at run time.
///
/// One for the process; a test makes one from a table of its own. All wrappers of this folder go through it.
public final class CUDADriver: Sendable {
  package let api: LikenessCUDADriver
  /// The highest CUDA version the driver supports, as 1000 · major + 10 · minor (12090 = 12.9).
  public let version: Int
  /// Whatever the table's functions need.
  private let keeper: (any Sendable & AnyObject)?

  private static let shared = Mutex<CUDADriver?>(nil)

  /// The driver of this machine. Throws `deviceMissing` with the reason when there is none.
  public static func open() throws -> CUDADriver {
    try shared.withLock { shared in
      if let shared { return shared }
      let driver = try CUDADriver(LibraryTable.cudaDriver())
      shared = driver
      return driver
    }
  }

  /// Only these devices will be seen by ``open()`` and by every other CUDA library of this process.
  ///
  /// `devices` are indices or UUIDs, with commas between, as in `CUDA_VISIBLE_DEVICES`, which wins when it is set. A MIG
  /// instance can only be used when it is named this way. To be called before the driver is opened; false = not set.
  @discardableResult
  public static func showOnly(_ devices: String) -> Bool {
    shared.withLock { $0 == nil && likeness_cuda_show_only(devices) == 1 }
  }

  /// Starts the driver behind a table; `keeper` lives as long as the driver.
  package init(_ api: LikenessCUDADriver, keeping keeper: (any Sendable & AnyObject)? = nil) throws {
    self.api = api
    self.keeper = keeper
    let started = api.cuInit(0)
    guard started == LIKENESS_CUDA_SUCCESS else {
      throw InferenceError(
        .deviceMissing, "The NVIDIA driver does not start: \(api.words(started)).",
        hint: "Check with nvidia-smi whether the driver is loaded and a card is there.")
    }
    var version: Int32 = 0
    _ = api.cuDriverGetVersion(&version)
    self.version = Int(version)
  }

  /// All devices the driver shows, in its order. Throws `deviceMissing` when there is none.
  public func devices() throws -> [CUDADevice] {
    var count: Int32 = 0
    try check(api.cuDeviceGetCount(&count), "The cards cannot be counted")
    guard count > 0 else {
      throw InferenceError(
        .deviceMissing, "The NVIDIA driver shows no card.", hint: "Check CUDA_VISIBLE_DEVICES and nvidia-smi.")
    }
    return try (0..<count).map(device(ordinal:))
  }

  private func device(ordinal: Int32) throws -> CUDADevice {
    let what = "Card \(ordinal) cannot be read"
    var device: Int32 = 0
    try check(api.cuDeviceGet(&device, ordinal), what)
    var name = [CChar](repeating: 0, count: 256)
    try check(api.cuDeviceGetName(&name, Int32(name.count), device), what)
    var uuid = [UInt8](repeating: 0, count: 16)
    try check(api.cuDeviceGetUuid_v2(&uuid, device), what)
    var total = 0
    try check(api.cuDeviceTotalMem_v2(&total, device), what)
    func attribute(_ attribute: Int) throws -> Int {
      var value: Int32 = 0
      try check(api.cuDeviceGetAttribute(&value, Int32(attribute), device), what)
      return Int(value)
    }
    return try CUDADevice(
      ordinal: Int(device), name: text(name), uuidBytes: uuid,
      capability: ComputeCapability(
        major: attribute(Int(LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MAJOR)),
        minor: attribute(Int(LIKENESS_CUDA_ATTRIBUTE_CAPABILITY_MINOR))),
      totalMemory: total, multiprocessors: attribute(Int(LIKENESS_CUDA_ATTRIBUTE_MULTIPROCESSORS)),
      hasMemoryPools: attribute(Int(LIKENESS_CUDA_ATTRIBUTE_MEMORY_POOLS)) != 0)
  }

  /// Throws what a failed call says, after `what`.
  func check(_ result: LikenessCUResult, _ what: @autoclosure () -> String) throws {
    guard result != LIKENESS_CUDA_SUCCESS else { return }
    throw error(result, what())
  }

  /// The error of a failed call: out of memory, no such device, code that the card does not take, or another failure.
  func error(_ result: LikenessCUResult, _ what: String) -> InferenceError {
    let code: InferenceError.Code
    let hint: String?
    switch Int(result) {
    case Int(LIKENESS_CUDA_OUT_OF_MEMORY):
      (code, hint) = (.deviceOutOfMemory, "Lower --gpu-memory-limit or the batch, or end other programs on the card.")
    case Int(LIKENESS_CUDA_NO_DEVICE), Int(LIKENESS_CUDA_INVALID_DEVICE), Int(LIKENESS_CUDA_DEVICE_UNAVAILABLE):
      (code, hint) = (.deviceMissing, "Check CUDA_VISIBLE_DEVICES, --execution-device-ids and nvidia-smi.")
    case Int(LIKENESS_CUDA_INVALID_IMAGE), Int(LIKENESS_CUDA_NO_BINARY_FOR_GPU), Int(LIKENESS_CUDA_INVALID_PTX),
      Int(LIKENESS_CUDA_UNSUPPORTED_PTX_VERSION), Int(LIKENESS_CUDA_NOT_FOUND):
      (code, hint) = (.kernelRejected, "The driver may be older than NVRTC: update the driver.")
    default: (code, hint) = (.deviceFailed, nil)
    }
    return InferenceError(code, "\(what): \(api.words(result)).", hint: hint)
  }
}

extension LikenessCUDADriver {
  /// The name and the sentence the driver has for a result.
  func words(_ result: LikenessCUResult) -> String {
    var name: UnsafePointer<CChar>?
    var sentence: UnsafePointer<CChar>?
    _ = cuGetErrorName(result, &name)
    _ = cuGetErrorString(result, &sentence)
    let known = [name, sentence].compactMap { $0.map { String(cString: $0) } }
    return known.isEmpty ? "error \(result)" : known.joined(separator: ", ")
  }
}

/// The text of a buffer that a C function filled.
func text(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

package import CCUDA
import Synchronization

/// What the driver's management library (NVML) knows about the cards: memory, load, instances, processes.
///
/// Unlike the driver it sees all cards, whatever `CUDA_VISIBLE_DEVICES` says, and does not open them.
public final class NvidiaManagement: Sendable {
  private let api: LikenessNVML
  public let driverVersion: String
  /// Whatever the table's functions need.
  private let keeper: (any Sendable & AnyObject)?

  private static let shared = Mutex<NvidiaManagement?>(nil)

  /// The library of this machine. Throws `libraryMissing`, `libraryUnusable` or `deviceMissing`.
  public static func open() throws -> NvidiaManagement {
    try shared.withLock { shared in
      if let shared { return shared }
      let management = try NvidiaManagement(LibraryTable.nvml())
      shared = management
      return management
    }
  }

  package init(_ api: LikenessNVML, keeping keeper: (any Sendable & AnyObject)? = nil) throws {
    self.api = api
    self.keeper = keeper
    let started = api.nvmlInit_v2()
    guard started == LIKENESS_NVML_SUCCESS else {
      throw InferenceError(
        .deviceMissing, "NVML does not start: \(api.words(started)).", hint: "Check the driver with nvidia-smi.")
    }
    var version = [CChar](repeating: 0, count: 96)
    _ = api.nvmlSystemGetDriverVersion(&version, UInt32(version.count))
    driverVersion = text(version)
  }

  /// All cards; a divided card is followed by its instances.
  public func devices() throws -> [ManagedDevice] {
    var count: UInt32 = 0
    try check(api.nvmlDeviceGetCount_v2(&count), "The cards cannot be counted")
    return try (0..<count).flatMap { index in
      var handle: OpaquePointer?
      try check(api.nvmlDeviceGetHandleByIndex_v2(index, &handle), "Card \(index) cannot be read")
      guard let handle else { return [ManagedDevice]() }
      return try [device(handle)] + instances(of: handle).map(device)
    }
  }

  /// The card or instance of this UUID (`GPU-…`, `MIG-…`). Throws `deviceMissing`.
  public func device(uuid: String) throws -> ManagedDevice {
    var handle: OpaquePointer?
    let result = api.nvmlDeviceGetHandleByUUID(uuid, &handle)
    guard result == LIKENESS_NVML_SUCCESS, let handle else {
      throw InferenceError(.deviceMissing, "NVML knows no card \(uuid): \(api.words(result)).")
    }
    return try device(handle)
  }

  private func device(_ handle: OpaquePointer) throws -> ManagedDevice {
    var (name, uuid) = ([CChar](repeating: 0, count: 96), [CChar](repeating: 0, count: 96))
    try check(api.nvmlDeviceGetName(handle, &name, UInt32(name.count)), "A card has no name")
    try check(api.nvmlDeviceGetUUID(handle, &uuid, UInt32(uuid.count)), "A card has no UUID")
    var (current, pending) = (UInt32(0), UInt32(0))
    let isDivided = api.nvmlDeviceGetMigMode.map { $0(handle, &current, &pending) == 0 && current == 1 } ?? false
    return ManagedDevice(name: text(name), uuid: text(uuid), isDivided: isDivided)
  }

  private func instances(of handle: OpaquePointer) -> [OpaquePointer] {
    guard let limit = api.nvmlDeviceGetMaxMigDeviceCount, let find = api.nvmlDeviceGetMigDeviceHandleByIndex else {
      return []
    }
    var count: UInt32 = 0
    guard limit(handle, &count) == LIKENESS_NVML_SUCCESS else { return [] }
    return (0..<count).compactMap { index in
      var instance: OpaquePointer?
      return find(handle, index, &instance) == LIKENESS_NVML_SUCCESS ? instance : nil
    }
  }

  /// Memory of a card or instance in bytes, all processes together.
  public func memory(uuid: String) throws -> DeviceMemoryInfo {
    var memory = LikenessNVMLMemory()
    try check(api.nvmlDeviceGetMemoryInfo(handle(uuid), &memory), "The memory of \(uuid) cannot be read")
    return DeviceMemoryInfo(free: Int(clamping: memory.free_bytes), total: Int(clamping: memory.total))
  }

  /// Percent of the last moments in which kernels ran; nil where the driver does not say (instances of a card).
  public func busyPercent(uuid: String) throws -> Int? {
    var utilization = LikenessNVMLUtilization()
    let result = try api.nvmlDeviceGetUtilizationRates(handle(uuid), &utilization)
    if result == LIKENESS_NVML_NOT_SUPPORTED { return nil }
    try check(result, "The load of \(uuid) cannot be read")
    return Int(utilization.gpu)
  }

  /// Processes that compute on a card; nil where the driver does not say.
  public func processes(uuid: String) throws -> [DeviceProcess]? {
    guard let list = api.nvmlDeviceGetComputeRunningProcesses_v3 else { return nil }
    let handle = try handle(uuid)
    var processes = [LikenessNVMLProcess](repeating: LikenessNVMLProcess(), count: 64)
    var count = UInt32(processes.count)
    var result = list(handle, &count, &processes)
    if result == LIKENESS_NVML_INSUFFICIENT_SIZE {
      processes = Array(repeating: LikenessNVMLProcess(), count: Int(count) + 16)
      count = UInt32(processes.count)
      result = list(handle, &count, &processes)
    }
    guard result == LIKENESS_NVML_SUCCESS else { return nil }
    return processes.prefix(Int(count)).map {
      DeviceProcess(id: Int($0.pid), memory: $0.used == .max ? nil : Int(clamping: $0.used))
    }
  }

  private func handle(_ uuid: String) throws -> OpaquePointer {
    var handle: OpaquePointer?
    let result = api.nvmlDeviceGetHandleByUUID(uuid, &handle)
    guard result == LIKENESS_NVML_SUCCESS, let handle else {
      throw InferenceError(.deviceMissing, "NVML knows no card \(uuid): \(api.words(result)).")
    }
    return handle
  }

  private func check(_ result: LikenessNVMLResult, _ what: @autoclosure () -> String) throws {
    guard result != LIKENESS_NVML_SUCCESS else { return }
    throw InferenceError(.deviceFailed, "\(what()): \(api.words(result)).")
  }
}

extension LikenessNVML {
  fileprivate func words(_ result: LikenessNVMLResult) -> String {
    nvmlErrorString(result).map { String(cString: $0) } ?? "error \(result)"
  }
}

/// A card, or an instance of a divided card, as NVML names it.
public struct ManagedDevice: Sendable, Hashable {
  public let name: String
  public let uuid: String
  /// The card is divided into instances (MIG); work runs on those alone.
  public let isDivided: Bool
}

/// A process that computes on a card.
public struct DeviceProcess: Sendable, Hashable {
  public let id: Int
  /// Bytes; nil when the driver does not say.
  public let memory: Int?

  public init(id: Int, memory: Int?) {
    self.id = id
    self.memory = memory
  }
}

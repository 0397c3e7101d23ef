import CCUDA
import CUDAEmulator
public import Inference

/// A machine with cards that are none: kernels run on the processor, copies are counted, memory has a limit.
///
/// Each test makes its own.
public final class EmulatedMachine: Sendable {
  private let emulator: Emulator
  /// The machine's driver.
  public let driver: CUDADriver

  /// One card of the machine. A name with " MIG " in it makes it an instance of a divided card.
  public struct Card: Sendable {
    public var name: String
    /// All bytes of the UUID.
    public var mark: UInt8
    public var capability: ComputeCapability
    public var memory: Int

    public init(
      name: String = "Emulated Card", mark: UInt8 = 1, capability: ComputeCapability = .init(major: 9, minor: 0),
      memory: Int = 1 << 30
    ) {
      self.name = name
      self.mark = mark
      self.capability = capability
      self.memory = memory
    }
  }

  /// Throws what starting the driver throws (`deviceMissing` without cards).
  public init(_ cards: [Card] = [Card()]) throws {
    let names = cards.map { strings($0.name) }
    defer { for name in names { name.deallocate() } }
    let devices = zip(cards, names).map { card, name in
      let m = card.mark
      return LikenessEmulatedDevice(
        name: UnsafePointer(name), uuid: (m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m),
        capability_major: Int32(card.capability.major), capability_minor: Int32(card.capability.minor),
        memory: card.memory)
    }
    guard let emulator = likeness_emulator_make(devices, Int32(devices.count)) else {
      throw InferenceError(.deviceFailed, "Too many emulated machines are in use.")
    }
    var table = LikenessCUDADriver.empty
    likeness_emulator_driver(emulator, &table)
    self.emulator = Emulator(emulator)
    driver = try CUDADriver(table, keeping: self.emulator)
  }

  /// The context of a card.
  public func context(_ card: Int = 0) throws -> CUDAContext {
    try CUDAContext(driver.devices()[card], driver: driver)
  }

  /// The machine's compiler: it finds the names of kernels in a source. A source with `#error` does not compile.
  public func compiler() throws -> KernelCompiler {
    var table = LikenessNVRTC.empty
    likeness_emulator_nvrtc(emulator.handle, &table)
    return try KernelCompiler(table, keeping: emulator)
  }

  /// The machine's management library.
  public func management() throws -> NvidiaManagement {
    var table = LikenessNVML.empty
    likeness_emulator_nvml(emulator.handle, &table)
    return try NvidiaManagement(table, keeping: emulator)
  }

  /// The compiler states this version from now on.
  public func setCompilerVersion(_ major: Int, _ minor: Int) {
    likeness_emulator_set_compiler(emulator.handle, Int32(major), Int32(minor))
  }

  /// Memory that other programs hold on a card.
  public func setOthers(_ bytes: Int, card: Int = 0) {
    likeness_emulator_set_others(emulator.handle, Int32(card), bytes)
  }

  /// Lets a function of the driver fail: after `skip` calls, `times` times, with this result.
  public func fail(_ function: String, skip: Int = 0, times: Int = 1, result: Int) {
    likeness_emulator_fail(emulator.handle, function, Int32(skip), Int32(times), Int32(result))
  }

  public var counts: EmulatedCounts { EmulatedCounts(likeness_emulator_counts(emulator.handle)) }

  /// Bytes of a kernel's only parameter; nil for a kernel that is not there.
  public static func argumentBytes(of kernel: String) -> Int? {
    let bytes = Int(likeness_emulator_argument_bytes(kernel))
    return bytes > 0 ? bytes : nil
  }
}

/// Keeps the machine as long as anything that was made on it.
private final class Emulator: Sendable {
  nonisolated(unsafe) let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { likeness_emulator_release(handle) }
}

/// What an emulated machine has done, and what was not given back.
public struct EmulatedCounts: Sendable, Hashable {
  public let uploads: Int
  public let uploadedBytes: Int
  public let downloads: Int
  public let downloadedBytes: Int
  public let launches: Int
  public let graphLaunches: Int
  public let compilations: Int
  public let liveBlocks: Int
  public let liveBytes: Int
  public let peakBytes: Int
  /// Writes beside a block of device memory, seen when it is given back, and copies outside of blocks.
  public let violations: Int
  public let liveHandles: Int

  init(_ counts: LikenessEmulatorCounts) {
    uploads = Int(counts.uploads)
    uploadedBytes = Int(counts.uploaded_bytes)
    downloads = Int(counts.downloads)
    downloadedBytes = Int(counts.downloaded_bytes)
    launches = Int(counts.launches)
    graphLaunches = Int(counts.graph_launches)
    compilations = Int(counts.compilations)
    liveBlocks = Int(counts.live_blocks)
    liveBytes = Int(counts.live_bytes)
    peakBytes = Int(counts.peak_bytes)
    violations = Int(counts.violations)
    liveHandles = Int(counts.live_handles)
  }
}

private func strings(_ text: String) -> UnsafeMutablePointer<CChar> {
  let bytes = Array(text.utf8CString)
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  copy.initialize(from: bytes, count: bytes.count)
  return copy
}

// Tables whose functions are filled in before anything is called.
extension LikenessCUDADriver {
  fileprivate static var empty: Self { zeroed() }
}
extension LikenessNVRTC {
  fileprivate static var empty: Self { zeroed() }
}
extension LikenessNVML {
  fileprivate static var empty: Self { zeroed() }
}

/// C functions in a table are pointers that are never null once filled, so a table cannot be made from Swift.
private func zeroed<Table>() -> Table {
  withUnsafeTemporaryAllocation(of: Table.self, capacity: 1) { memory in
    UnsafeMutableRawBufferPointer(memory).initializeMemory(as: UInt8.self, repeating: 0)
    return memory[0]
  }
}

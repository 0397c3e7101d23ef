import CCUDA

/// A block of memory on a device, given back when the last reference goes. It belongs to one worker at a time.
///
/// The contents of a new block are undefined.
public final class DeviceMemory: @unchecked Sendable {
  public let context: CUDAContext
  /// The device's address; aligned to 256 bytes.
  public let address: UInt64
  public let byteCount: Int
  /// The stream whose pool the block came from; nil = from the device.
  private let stream: CUDAStream?
  private let reservation: MemoryReservation?

  /// Throws `deviceOutOfMemory` with the amount.
  ///
  /// - Parameters:
  ///   - budget: asked first; `overBudget` is thrown when it does not have so much. nil: the card's shared one, where
  ///     there is one.
  ///   - purpose: for that error.
  public convenience init(
    byteCount: Int, on context: CUDAContext, budget: DeviceBudget? = nil, for purpose: String = "A block of the card"
  ) throws {
    let budget = budget ?? DeviceBudget.known(for: context)
    let reservation = try budget?.reserve(byteCount, for: purpose)
    try self.init(reserved: byteCount, on: context, reservation)
    reservation?.settle()
  }

  /// A block that is part of what was promised already.
  init(reserved byteCount: Int, on context: CUDAContext, _ reservation: MemoryReservation? = nil) throws {
    let driver = try context.enter()
    var address: UInt64 = 0
    try context.check(
      driver.api.cuMemAlloc_v2(&address, max(byteCount, 1)), "There is no room for \(byteCount) bytes on the card")
    self.context = context
    self.address = address
    self.byteCount = byteCount
    stream = nil
    self.reservation = reservation
  }

  /// A block from the device's pool, in the order of the stream's work: quick to get and to give back. The stream must
  /// be the only one that uses it. Without pools it comes from the device. For what lives as long as a kernel or two: no
  /// budget counts it.
  public init(byteCount: Int, from stream: CUDAStream) throws {
    let context = stream.context
    let driver = try context.enter()
    var address: UInt64 = 0
    let hasPools = context.device.hasMemoryPools
    let result =
      hasPools
      ? driver.api.cuMemAllocAsync(&address, max(byteCount, 1), stream.handle)
      : driver.api.cuMemAlloc_v2(&address, max(byteCount, 1))
    try context.check(result, "There is no room for \(byteCount) bytes on the card")
    self.context = context
    self.address = address
    self.byteCount = byteCount
    self.stream = hasPools ? stream : nil
    reservation = nil
  }

  deinit {
    guard let driver = try? context.enter() else { return }
    if let stream {
      _ = driver.api.cuMemFreeAsync(address, stream.handle)
    } else {
      _ = driver.api.cuMemFree_v2(address)
    }
  }

  /// Part of the block, from `offset` bytes on.
  public func bytes(at offset: Int, count: Int) -> DeviceBytes {
    precondition(offset >= 0 && count >= 0 && offset + count <= byteCount, "the part lies inside the block")
    return DeviceBytes(address: address + UInt64(offset), count: count)
  }

  /// All of the block.
  public var bytes: DeviceBytes { DeviceBytes(address: address, count: byteCount) }
}

/// A part of a device's memory that somebody else owns: whoever has it keeps the block alive.
public struct DeviceBytes: Sendable, Hashable {
  public let address: UInt64
  public let count: Int

  public init(address: UInt64, count: Int) {
    self.address = address
    self.count = count
  }

  /// The part from `offset` on.
  public func dropFirst(_ offset: Int) -> DeviceBytes {
    precondition(offset >= 0 && offset <= count, "the part lies inside the block")
    return DeviceBytes(address: address + UInt64(offset), count: count - offset)
  }
}

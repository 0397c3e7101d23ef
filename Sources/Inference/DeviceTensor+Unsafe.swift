import COnnxRuntime
import Synchronization

/// A dense row-major array of numbers at a fixed address, on the host or on a card, to bind to a session.
///
/// It belongs to one worker at a time, like ``Tensor``.
public final class DeviceTensor {
  public let shape: [Int]
  public let type: ElementType
  /// Number of elements, the product of the shape.
  public let count: Int
  public let place: MemoryPlace
  /// Of the first element; an address of the card unless the place is the host.
  public let address: UInt
  /// The elements, where they lie on the host.
  public let host: Tensor?
  let value: OpaquePointer
  private let runtime: OnnxRuntime
  /// Keeps foreign memory alive.
  private let owner: AnyObject?

  public var byteCount: Int { count * type.byteCount }

  /// Host memory of its own, filled with zeros.
  public convenience init(runtime: OnnxRuntime, shape: [Int], type: ElementType = .float32) throws {
    try self.init(runtime: runtime, tensor: Tensor(shape: shape, type: type))
  }

  /// The memory of a tensor on the host.
  public convenience init(runtime: OnnxRuntime, tensor: Tensor) throws {
    try self.init(
      runtime: runtime, shape: tensor.shape, type: tensor.type, place: .host,
      address: UInt(bitPattern: tensor.rawBytes.baseAddress), owner: tensor)
  }

  /// The beginning of a block on a card, which the tensor keeps.
  public convenience init(
    runtime: OnnxRuntime, shape: [Int], type: ElementType = .float32, memory: DeviceMemory
  ) throws {
    guard shape.reduce(1, *) * type.byteCount <= memory.byteCount else {
      throw InferenceError(
        .tensorMismatch, "A tensor of shape \(TensorInfo.text(shape)) does not fit into \(memory.byteCount) bytes.")
    }
    try self.init(
      runtime: runtime, shape: shape, type: type, place: .cuda(device: memory.context.device.ordinal),
      address: UInt(memory.address), owner: memory)
  }

  /// Memory that somebody else made. It must hold the tensor's bytes, aligned to 64, and lives at least as long as
  /// `owner`, which the tensor keeps.
  public init(
    runtime: OnnxRuntime, shape: [Int], type: ElementType = .float32, place: MemoryPlace, address: UInt,
    owner: AnyObject?
  ) throws {
    self.runtime = runtime
    self.shape = shape
    self.type = type
    self.place = place
    self.address = address
    self.owner = owner
    host = owner as? Tensor
    count = shape.reduce(1, *)
    let what = "The runtime cannot take a tensor of shape \(TensorInfo.text(shape)) in \(place)"
    guard let memory = UnsafeMutableRawPointer(bitPattern: address), shape.allSatisfy({ $0 >= 0 }) else {
      throw InferenceError(.tensorMismatch, "\(what): it has no memory.")
    }
    let info = try runtime.memoryInfo(of: place)
    let sizes = shape.map(Int64.init)
    var made: OpaquePointer?
    let status = runtime.api.CreateTensorWithDataAsOrtValue(
      info, memory, count * type.byteCount, sizes, sizes.count, type.rawValue, &made)
    try runtime.check(status, .runFailed, what)
    guard let made else { throw InferenceError(.runFailed, "\(what).") }
    value = made
  }

  deinit { runtime.api.ReleaseValue(value) }
}

extension OnnxRuntime {
  /// The runtime's description of a place, made once.
  func memoryInfo(of place: MemoryPlace) throws -> OpaquePointer {
    guard case .cuda(let device) = place else { return memoryInfo }
    let address = try deviceMemory.withLock { known in
      if let address = known[place] { return address }
      var made: OpaquePointer?
      // Allocator kind 0: memory that the runtime did not allocate itself.
      try check(
        api.CreateMemoryInfo("Cuda", 0, Int32(clamping: device), 0, &made), .runFailed,
        "The runtime does not know \(place)")
      let address = UInt(bitPattern: made)
      known[place] = address
      return address
    }
    guard let info = OpaquePointer(bitPattern: address) else {
      throw InferenceError(.runFailed, "The runtime does not know \(place).")
    }
    return info
  }
}

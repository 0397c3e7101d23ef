public import Imaging
public import Inference

/// A picture of B, G, R bytes on a card, without room between rows.
public final class DevicePicture: Sendable {
  public let size: PixelSize
  public let bytes: DeviceBytes
  /// Keeps the memory.
  private let owner: any Sendable & AnyObject

  private init(size: PixelSize, bytes: DeviceBytes, owner: any Sendable & AnyObject) {
    self.size = size
    self.bytes = bytes
    self.owner = owner
  }

  /// A new picture; its samples are undefined.
  public convenience init(size: PixelSize, on context: CUDAContext) throws {
    let memory = try DeviceMemory(byteCount: 3 * size.area, on: context)
    self.init(size: size, bytes: memory.bytes, owner: memory)
  }

  /// A new picture in memory of the stream's pool: quick to make, for work that is queued on the stream, or that the
  /// stream waits for.
  public convenience init(size: PixelSize, from stream: CUDAStream) throws {
    let memory = try DeviceMemory(byteCount: 3 * size.area, from: stream)
    self.init(size: size, bytes: memory.bytes, owner: memory)
  }

  /// A new picture in a block that goes back to its pool with the last reference.
  convenience init(size: PixelSize, block: DeviceBlock) {
    self.init(size: size, bytes: block.memory.bytes(at: 0, count: 3 * size.area), owner: block)
  }

  /// A copy of a B, G, R picture of the host.
  public convenience init(_ picture: PixelBuffer8, on stream: CUDAStream) throws {
    guard picture.channels == 3 else {
      throw InferenceError(.tensorMismatch, "A picture on the card has 3 channels, not \(picture.channels).")
    }
    try self.init(size: picture.size, on: stream.context)
    try stream.upload(picture.samples, to: bytes)
  }

  /// A copy on the host. Waits for the stream.
  public func pixels(_ stream: CUDAStream) throws -> PixelBuffer8 {
    PixelBuffer8(size: size, channels: 3, samples: try stream.elements(bytes))
  }
}

/// A mask on a card: one float a pixel, 0…1.
public final class DeviceMask: Sendable {
  public let size: PixelSize
  public let bytes: DeviceBytes
  /// Keeps the memory.
  private let owner: (any Sendable & AnyObject)?

  private init(size: PixelSize, memory: DeviceMemory) {
    self.size = size
    owner = memory
    bytes = memory.bytes
  }

  /// A plane of floats as a mask.
  ///
  /// - Parameter owner: keeps the memory; nil: whoever has the mask does.
  public init(size: PixelSize, bytes: DeviceBytes, owner: (any Sendable & AnyObject)? = nil) {
    precondition(bytes.count >= 4 * size.area, "the block holds the mask")
    self.size = size
    self.bytes = DeviceBytes(address: bytes.address, count: 4 * size.area)
    self.owner = owner
  }

  /// A new mask; its numbers are undefined.
  public convenience init(size: PixelSize, on context: CUDAContext) throws {
    self.init(size: size, memory: try DeviceMemory(byteCount: 4 * size.area, on: context))
  }

  /// A new mask in memory of the stream's pool: quick to make, for work that is queued on the stream, or that the
  /// stream waits for.
  public convenience init(size: PixelSize, from stream: CUDAStream) throws {
    self.init(size: size, memory: try DeviceMemory(byteCount: 4 * size.area, from: stream))
  }

  /// A copy of a mask of the host.
  public convenience init(_ mask: PixelBufferF, on stream: CUDAStream) throws {
    guard mask.channels == 1 else {
      throw InferenceError(.tensorMismatch, "A mask on the card has 1 channel, not \(mask.channels).")
    }
    try self.init(size: mask.size, on: stream.context)
    try stream.upload(mask.samples, to: bytes)
  }

  /// A copy on the host. Waits for the stream.
  public func pixels(_ stream: CUDAStream) throws -> PixelBufferF {
    PixelBufferF(size: size, channels: 1, samples: try stream.elements(bytes))
  }
}

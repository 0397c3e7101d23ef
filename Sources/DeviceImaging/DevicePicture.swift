public import Imaging
public import Inference

/// A picture of B, G, R bytes on a card, without room between rows.
public final class DevicePicture: Sendable {
  public let size: PixelSize
  public let bytes: DeviceBytes
  private let memory: DeviceMemory

  /// A new picture; its samples are undefined.
  public init(size: PixelSize, on context: CUDAContext) throws {
    self.size = size
    memory = try DeviceMemory(byteCount: 3 * size.area, on: context)
    bytes = memory.bytes
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
  private let memory: DeviceMemory

  /// A new mask; its numbers are undefined.
  public init(size: PixelSize, on context: CUDAContext) throws {
    self.size = size
    memory = try DeviceMemory(byteCount: 4 * size.area, on: context)
    bytes = memory.bytes
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

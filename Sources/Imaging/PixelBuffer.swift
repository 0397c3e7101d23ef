/// A dense picture of `channels` interleaved samples a pixel, row-major, without padding.
///
/// The working type of crops, masks and stills: a value, cheap to move, copied on write.
public struct PixelBuffer<Sample: Sendable & Equatable>: Sendable, Equatable {
  public let size: PixelSize
  public let channels: Int
  /// `size.area * channels` samples, index `(y * width + x) * channels + channel`.
  public var samples: [Sample]

  public var width: Int { size.width }
  public var height: Int { size.height }

  public init(size: PixelSize, channels: Int, samples: [Sample]) {
    precondition(samples.count == size.area * channels, "a pixel buffer needs width x height x channels samples")
    self.size = size
    self.channels = channels
    self.samples = samples
  }

  public init(size: PixelSize, channels: Int, repeating value: Sample) {
    self.init(size: size, channels: channels, samples: Array(repeating: value, count: size.area * channels))
  }

  @inlinable
  public subscript(x: Int, y: Int, channel: Int = 0) -> Sample {
    get { samples[(y * size.width + x) * channels + channel] }
    set { samples[(y * size.width + x) * channels + channel] = newValue }
  }
}

/// 8-bit picture; three channels are R, G, B unless a function says otherwise.
public typealias PixelBuffer8 = PixelBuffer<UInt8>

/// Float picture or mask (one channel, 0…1).
public typealias PixelBufferF = PixelBuffer<Float>

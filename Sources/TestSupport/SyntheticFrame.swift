public import Imaging

/// Pictures made by formula, for tests that need known pixels.
public enum SyntheticFrame {
  public enum Pattern: Sendable, Hashable {
    /// Every channel rises on a slope of its own: smooth, no two neighbours alike.
    case gradient
    /// Squares of this side, dark and light, each channel shifted.
    case checker(Int)
    /// Independent values at every pixel.
    case noise(seed: UInt64)
    /// One value a channel.
    case plain([Float])
  }

  /// Interleaved 8-bit picture.
  public static func picture(_ pattern: Pattern, size: PixelSize, channels: Int = 3) -> PixelBuffer8 {
    let values = samples(pattern, width: size.width, height: size.height, channels: channels)
    return PixelBuffer8(size: size, channels: channels, samples: values.map { UInt8($0 * 255 + 0.5) })
  }

  /// Interleaved picture of floats 0…1.
  public static func floatPicture(_ pattern: Pattern, size: PixelSize, channels: Int = 3) -> PixelBufferF {
    PixelBufferF(
      size: size, channels: channels,
      samples: samples(pattern, width: size.width, height: size.height, channels: channels))
  }

  /// A frame in any format; every plane is filled over its whole range, alpha included.
  public static func frame(
    _ pattern: Pattern, size: PixelSize, format: PixelFormat = .rgb8, color: ColorDescription = .init()
  ) -> Frame {
    let frame = Frame(size: size, format: format, color: color)
    let interleaved = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
    for (index, plane) in frame.planes.enumerated() {
      let values = samples(
        pattern, width: plane.width, height: plane.height, channels: interleaved, firstChannel: index)
      let rowLength = plane.width * interleaved
      let scale = Float(format.maximum)
      for y in 0..<plane.height {
        for x in 0..<rowLength {
          let value = values[y * rowLength + x] * scale + 0.5
          if format.bytesPerSample == 1 { plane.row8(y)[x] = UInt8(value) } else { plane.row16(y)[x] = UInt16(value) }
        }
      }
    }
    return frame
  }

  /// Values 0…1, row-major, channels interleaved.
  private static func samples(
    _ pattern: Pattern, width: Int, height: Int, channels: Int, firstChannel: Int = 0
  ) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(width * height * channels)
    var generator = SeededGenerator(seed: 0)
    if case .noise(let seed) = pattern { generator = SeededGenerator(seed: seed &+ UInt64(firstChannel)) }
    for y in 0..<height {
      for x in 0..<width {
        for channel in firstChannel..<firstChannel + channels {
          switch pattern {
          case .gradient:
            let along = channel % 2 == 0 ? Float(x) / Float(max(1, width - 1)) : Float(y) / Float(max(1, height - 1))
            let across = Float(x + y) / Float(max(1, width + height - 2))
            values.append(channel < 2 ? along : (along + across) / 2)
          case .checker(let side):
            let isLight = ((x + channel) / max(1, side) + y / max(1, side)) % 2 == 0
            values.append(isLight ? 0.9 : 0.1)
          case .noise: values.append(generator.unit())
          case .plain(let levels): values.append(levels.isEmpty ? 0 : levels[channel % levels.count])
          }
        }
      }
    }
    return values
  }
}

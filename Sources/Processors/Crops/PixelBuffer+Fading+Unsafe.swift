import Imaging

extension PixelBuffer8 {
  /// A copy of the pixels in a rectangle, which must lie inside the picture.
  func part(_ area: PixelRectangle) -> PixelBuffer8 {
    let size = PixelSize(width: area.x2 - area.x1, height: area.y2 - area.y1)
    let length = size.width * channels
    let copied = [UInt8](unsafeUninitializedCapacity: length * size.height) { buffer, count in
      samples.withUnsafeBufferPointer { source in
        guard let target = buffer.baseAddress, let source = source.baseAddress else { return }
        for row in 0..<size.height {
          let line = source + ((area.y1 + row) * width + area.x1) * channels
          (target + row * length).update(from: line, count: length)
        }
      }
      count = length * size.height
    }
    return PixelBuffer8(size: size, channels: channels, samples: copied)
  }

  /// In a rectangle: round(before · (1 − amount) + now · amount), exact to the peer's weighted sum (vision.md §2.5).
  ///
  /// - Parameters:
  ///   - before: what ``part(_:)`` gave for the same rectangle.
  ///   - amount: 0…1.
  mutating func fade(from before: PixelBuffer8, at area: PixelRectangle, amount: Double) {
    // Both weights are rounded from double precision, which is not the same as 1 − the rounded other one.
    let (old, new) = (Float(1 - amount), Float(amount))
    let (width, channels) = (width, channels)
    let length = before.width * channels
    samples.withUnsafeMutableBufferPointer { target in
      before.samples.withUnsafeBufferPointer { before in
        guard let target = target.baseAddress, let before = before.baseAddress else { return }
        for row in 0..<(area.y2 - area.y1) {
          let line = target + ((area.y1 + row) * width + area.x1) * channels
          let past = before + row * length
          for index in 0..<length {
            let sum = (Float(line[index]) * new).addingProduct(old, Float(past[index]))
            line[index] = UInt8(truncatingIfNeeded: roundToInt(clamp(sum, 0, 255)))
          }
        }
      }
    }
  }
}

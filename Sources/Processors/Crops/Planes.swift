import Imaging

// Between pictures (channels of a pixel side by side) and tensors (one plane after the other).
extension PixelBuffer {
  /// The picture of planes given one after the other, `channels · size.area` values.
  init(planes: [Sample], size: PixelSize, channels: Int) {
    precondition(planes.count == size.area * channels, "there are as many planes as channels")
    var samples: [Sample] = []
    samples.reserveCapacity(planes.count)
    for pixel in 0..<size.area {
      for channel in 0..<channels { samples.append(planes[channel * size.area + pixel]) }
    }
    self.init(size: size, channels: channels, samples: samples)
  }
}

/// A B, G, R picture as the planes red, green, blue, each sample through its plane's table of 256 values.
func planes(of picture: PixelBuffer8, tables: [[Float]]) -> [Float] {
  precondition(picture.channels == 3 && tables.count == 3, "a colour picture has three channels")
  var values: [Float] = []
  values.reserveCapacity(picture.samples.count)
  for (plane, table) in tables.enumerated() {
    for at in stride(from: 2 - plane, to: picture.samples.count, by: 3) {
      values.append(table[Int(picture.samples[at])])
    }
  }
  return values
}

/// Red, green and blue planes of 0…1 as a B, G, R picture: times 255, kept within 0…255, cut to whole numbers.
func picture(planes: [Float], size: PixelSize) -> PixelBuffer8 {
  let count = size.area
  precondition(planes.count == 3 * count, "a colour picture has three planes")
  var result = PixelBuffer8(size: size, channels: 3, repeating: 0)
  for plane in 0..<3 {
    for pixel in 0..<count { result.samples[3 * pixel + 2 - plane] = cutByte(planes[plane * count + pixel] * 255) }
  }
  return result
}

/// The whole part within 0…255.
func cutByte(_ value: Float) -> UInt8 { value > 0 ? UInt8(min(value, 255)) : 0 }

/// The picture as a planar tensor: for each channel c, sample · scale[c] + bias[c]; 3 · width · height floats.
///
/// The channels keep their order, or are turned round (`reversing`: RGB to BGR and back).
public func planarTensor(
  _ image: PixelBuffer8, reversing: Bool = false, scale: SIMD3<Float>, bias: SIMD3<Float>
) -> [Float] {
  [Float](unsafeUninitializedCapacity: 3 * image.size.area) { tensor, count in
    planarTensor(image, reversing: reversing, scale: scale, bias: bias, into: tensor)
    count = 3 * image.size.area
  }
}

/// The same into a buffer, which must hold at least 3 · width · height floats.
public func planarTensor(
  _ image: PixelBuffer8, reversing: Bool = false, scale: SIMD3<Float>, bias: SIMD3<Float>,
  into tensor: UnsafeMutableBufferPointer<Float>
) {
  precondition(image.channels >= 3, "a colour picture has at least 3 channels")
  precondition(tensor.count >= 3 * image.size.area, "the tensor is smaller than the picture")
  let (area, channels) = (image.size.area, image.channels)
  let (first, last) = reversing ? (2, 0) : (0, 2)
  image.samples.withUnsafeBufferPointer { samples in
    guard let pixels = samples.baseAddress, let target = tensor.baseAddress else { return }
    if channels == 3 {
      fill(target, pixels, area, step: 3, first, scale.x, bias.x)
      fill(target + area, pixels, area, step: 3, 1, scale.y, bias.y)
      fill(target + 2 * area, pixels, area, step: 3, last, scale.z, bias.z)
    } else {
      fill(target, pixels, area, step: channels, first, scale.x, bias.x)
      fill(target + area, pixels, area, step: channels, 1, scale.y, bias.y)
      fill(target + 2 * area, pixels, area, step: channels, last, scale.z, bias.z)
    }
  }
}

/// One plane. Put in line, so that a step of three is known to the compiler.
@inline(__always)
private func fill(
  _ plane: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt8>, _ count: Int, step: Int, _ channel: Int,
  _ scale: Float, _ bias: Float
) {
  let samples = pixels + channel
  var index = 0
  while index &+ 8 <= count {
    // Product and sum are rounded apart, as in the peer.
    let values = UInt8.lanes(samples + index &* step, step: step) * scale + bias
    UnsafeMutableRawPointer(plane + index).storeBytes(of: values, as: Float8.self)
    index &+= 8
  }
  while index < count {
    plane[index] = Float(samples[index &* step]) * scale + bias
    index &+= 1
  }
}

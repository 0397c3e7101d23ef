/// Weighted sum round(a · weight + b · otherWeight), clamped (OpenCV `addWeighted` on 8 bit; spec vision §2.5).
///
/// Bit-exact to the peer: b's product rounded to float, one fused multiply-add, then half to even.
public func weightedSum(
  _ a: PixelBuffer8, _ weight: Float, _ b: PixelBuffer8, _ otherWeight: Float
) -> PixelBuffer8 {
  precondition(a.size == b.size && a.channels == b.channels, "both pictures have one size and as many channels")
  var result = a
  result.samples.withUnsafeMutableBufferPointer { target in
    b.samples.withUnsafeBufferPointer { other in
      for index in target.indices {
        let sum = (Float(other[index]) * otherWeight).addingProduct(weight, Float(target[index]))
        target[index] = UInt8(nearest: sum, 255)
      }
    }
  }
  return result
}

/// Cross-fade from `a` (amount 0) to `b` (amount 1) by ``weightedSum(_:_:_:_:)``.
public func blend(_ a: PixelBuffer8, _ b: PixelBuffer8, amount: Float) -> PixelBuffer8 {
  weightedSum(a, 1 - amount, b, amount)
}

/// Erosion: `iterations` times the minimum over the pixel and its four neighbours; pixels beyond the edge are ignored.
public func erode(_ mask: PixelBufferF, iterations: Int = 1) -> PixelBufferF {
  var current = mask
  let (width, height, channels) = (mask.width, mask.height, mask.channels)
  for _ in 0..<max(iterations, 0) {
    var next = current
    next.samples.withUnsafeMutableBufferPointer { target in
      current.samples.withUnsafeBufferPointer { source in
        let row = width * channels
        for y in 0..<height {
          for x in 0..<width {
            for channel in 0..<channels {
              let at = y &* row &+ x &* channels &+ channel
              var least = source[at]
              if x > 0 { least = min(least, source[at &- channels]) }
              if x &+ 1 < width { least = min(least, source[at &+ channels]) }
              if y > 0 { least = min(least, source[at &- row]) }
              if y &+ 1 < height { least = min(least, source[at &+ row]) }
              target[at] = least
            }
          }
        }
      }
    }
    current = next
  }
  return current
}

/// 8-bit luma of R, G, B with the peer's 15-bit weights: (9798·R + 19235·G + 3735·B + 16384) >> 15.
public func grayscale(_ image: PixelBuffer8) -> PixelBuffer8 {
  precondition(image.channels >= 3, "a colour picture has at least 3 channels")
  let channels = image.channels
  let samples = image.samples.withUnsafeBufferPointer { source in
    (0..<image.size.area).map { pixel -> UInt8 in
      let at = pixel &* channels
      let sum = 9798 &* Int(source[at]) &+ 19235 &* Int(source[at &+ 1]) &+ 3735 &* Int(source[at &+ 2])
      return UInt8((sum &+ 16384) &>> 15)
    }
  }
  return PixelBuffer8(size: image.size, channels: 1, samples: samples)
}

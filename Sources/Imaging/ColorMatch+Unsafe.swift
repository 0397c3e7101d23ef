/// Gives `target` the colours of `source` down to details of `size` and keeps its own finer ones (spec vision §17).
///
/// Both pictures, 8 bit and of any two sizes, are reduced to `size` (area mean, 8 bit); their difference, brought to the
/// target's size (cubic), is added to the target, kept within 0…255 and cut to 8 bit. A size of zero changes nothing.
public func equalizeColors(of target: PixelBuffer8, to source: PixelBuffer8, size: PixelSize) -> PixelBuffer8 {
  precondition(source.channels == target.channels, "both pictures have as many channels")
  guard size.area > 0, source.size.area > 0 else { return target }
  let wanted = resize(source, to: size, mode: .area)
  let own = resize(target, to: size, mode: .area)
  return adding(resize(subtracting(own, from: wanted), to: target.size, mode: .cubic), to: target)
}

/// wanted − own, of pictures of one size.
private func subtracting(_ own: PixelBuffer8, from wanted: PixelBuffer8) -> PixelBufferF {
  var difference = PixelBufferF(size: own.size, channels: own.channels, repeating: 0)
  difference.samples.withUnsafeMutableBufferPointer { target in
    wanted.samples.withUnsafeBufferPointer { wanted in
      own.samples.withUnsafeBufferPointer { own in
        for index in target.indices { target[index] = Float(Int16(wanted[index]) &- Int16(own[index])) }
      }
    }
  }
  return difference
}

/// The sum, kept within 0…255 and cut to 8 bit.
private func adding(_ difference: PixelBufferF, to picture: PixelBuffer8) -> PixelBuffer8 {
  var result = picture
  result.samples.withUnsafeMutableBufferPointer { target in
    difference.samples.withUnsafeBufferPointer { difference in
      for index in target.indices {
        let sum = Float(target[index]) + difference[index]
        target[index] = UInt8(min(max(sum, 0), 255))
      }
    }
  }
  return result
}

/// Sides of the squares that ``matchColors(of:to:)`` works through, coarse to fine, for a target of this height: three
/// steps from 16 towards the height, each made even (spec vision §14, §17).
public func colorMatchSizes(height: Int) -> [Int] {
  let step = Double(height - 16) / 3
  return (0..<3).map { Int(((16 + step * Double($0)) / 2).rounded(.toNearestOrEven)) * 2 }
}

/// Gives `target` the colours of `source` at three sizes, coarse to fine; the result has the target's size
/// (spec vision §17).
///
/// The last step of the description, at the target's own size, is left out: it gives the picture before it.
public func matchColors(of target: PixelBuffer8, to source: PixelBuffer8) -> PixelBuffer8 {
  var matched = source
  for side in colorMatchSizes(height: target.height) where side > 0 {
    matched = equalizeColors(of: target, to: matched, size: PixelSize(width: side, height: side))
  }
  return matched.size == target.size ? matched : equalizeColors(of: target, to: matched, size: target.size)
}

/// ``matchColors(of:to:)`` as far as the hues and saturations of both B, G, R pictures agree (spec vision §17).
public func matchAgreeingColors(of target: PixelBuffer8, to source: PixelBuffer8) -> PixelBuffer8 {
  let amount = histogramAgreement(source.reversingChannels(), target.reversingChannels())
  return weightedSum(target, Float(1 - amount), matchColors(of: target, to: source), Float(amount))
}

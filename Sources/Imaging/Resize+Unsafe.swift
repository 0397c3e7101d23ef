/// Resizes with pixel centres at (i + ½)·src/dst − ½ (OpenCV `resize`; spec vision §2.2).
///
/// 8-bit bilinear is computed in the peer's fixed point and equals it bit by bit; exact halving of both axes is the
/// rounded mean of four; area and cubic round to nearest. The same size is a copy; a size of zero is empty.
public func resize(_ image: PixelBuffer8, to size: PixelSize, mode: ResizeMode = .bilinear) -> PixelBuffer8 {
  if let simple = trivialResize(image, size, zero: 0) { return simple }
  if isHalving(image.size, size), mode != .cubic { return halved(image) { UInt8(($0 + $1 + $2 + $3 + 2) >> 2) } }
  if mode == .bilinear || (mode == .area && isEnlarging(image.size, size)) {
    let (across, down) = linearTaps(image.size, size, mode)
    return resizedFixedPoint(image, size, across, down)
  }
  let (across, down) = wideTaps(image.size, size, mode)
  return resized(image, size, across, down, zero: 0) { sum in
    UInt8(min(max(sum, 0), 255).rounded(.toNearestOrEven))
  }
}

/// The same for floats, without rounding.
public func resize(_ image: PixelBufferF, to size: PixelSize, mode: ResizeMode = .bilinear) -> PixelBufferF {
  if let simple = trivialResize(image, size, zero: 0) { return simple }
  if isHalving(image.size, size), mode != .cubic { return halved(image) { ($0 + $1 + $2 + $3) * 0.25 } }
  let isLinear = mode == .bilinear || (mode == .area && isEnlarging(image.size, size))
  let (across, down) = isLinear ? linearTaps(image.size, size, mode) : wideTaps(image.size, size, mode)
  return resized(image, size, across, down, zero: 0) { $0 }
}

private func trivialResize<Sample>(
  _ image: PixelBuffer<Sample>, _ size: PixelSize, zero: Sample
) -> PixelBuffer<Sample>? {
  if image.size == size { return image }
  guard image.size.area > 0, size.area > 0 else {
    return PixelBuffer(size: size, channels: image.channels, repeating: zero)
  }
  return nil
}

private func isHalving(_ from: PixelSize, _ to: PixelSize) -> Bool {
  from.width == 2 * to.width && from.height == 2 * to.height
}

private func isEnlarging(_ from: PixelSize, _ to: PixelSize) -> Bool {
  to.width > from.width || to.height > from.height
}

private func linearTaps(_ from: PixelSize, _ to: PixelSize, _ mode: ResizeMode) -> (AxisTaps, AxisTaps) {
  let make = mode == .area ? AxisTaps.enlarging : AxisTaps.bilinear
  return (make(from.width, to.width, true), make(from.height, to.height, false))
}

private func wideTaps(_ from: PixelSize, _ to: PixelSize, _ mode: ResizeMode) -> (AxisTaps, AxisTaps) {
  let make = mode == .area ? AxisTaps.area : AxisTaps.cubic
  return (make(from.width, to.width), make(from.height, to.height))
}

private func halved<Sample: FixedOrFloat>(
  _ image: PixelBuffer<Sample>, _ mean: (Sample.Sum, Sample.Sum, Sample.Sum, Sample.Sum) -> Sample
) -> PixelBuffer<Sample> {
  let size = PixelSize(width: image.width / 2, height: image.height / 2)
  let channels = image.channels
  let row = image.width * channels
  var samples: [Sample] = []
  samples.reserveCapacity(size.area * channels)
  image.samples.withUnsafeBufferPointer { source in
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<channels {
          let at = 2 &* y &* row &+ 2 &* x &* channels &+ channel
          samples.append(
            mean(
              source[at].wide, source[at &+ channels].wide, source[at &+ row].wide,
              source[at &+ row &+ channels].wide))
        }
      }
    }
  }
  return PixelBuffer(size: size, channels: channels, samples: samples)
}

/// A sample with a type wide enough for the sum of four.
private protocol FixedOrFloat: Sendable, Equatable {
  associatedtype Sum
  var wide: Sum { get }
}

extension UInt8: FixedOrFloat {
  fileprivate var wide: Int { Int(self) }
}

extension Float: FixedOrFloat {
  fileprivate var wide: Float { self }
}

/// Bilinear in 11-bit weights with two intermediate cuts, as measured (spec vision §2.2).
private func resizedFixedPoint(
  _ image: PixelBuffer8, _ size: PixelSize, _ across: AxisTaps, _ down: AxisTaps
) -> PixelBuffer8 {
  let count = size.width * image.channels
  let weights = across.weights.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) }
  let downWeights = down.weights.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) }
  var result = PixelBuffer8(size: size, channels: image.channels, repeating: 0)
  var rows = (upper: [Int32](repeating: 0, count: count), lower: [Int32](repeating: 0, count: count))
  var held: (upper: Int32, lower: Int32) = (-1, -1)
  result.samples.withUnsafeMutableBufferPointer { target in
    for y in 0..<size.height {
      let (v0, v1) = (downWeights[2 * y], downWeights[2 * y + 1])
      // A row of no weight is not worked out.
      let top = down.indices[2 * y]
      let bottom = v1 == 0 ? top : down.indices[2 * y + 1]
      if held.upper != top, held.lower == top {
        swap(&rows.upper, &rows.lower)
        swap(&held.upper, &held.lower)
      }
      if held.upper != top { fixedRow(image, top, across.indices, weights, &rows.upper) }
      held.upper = top
      if v1 != 0, held.lower != bottom {
        fixedRow(image, bottom, across.indices, weights, &rows.lower)
        held.lower = bottom
      }
      rows.upper.withUnsafeBufferPointer { upper in
        rows.lower.withUnsafeBufferPointer { lower in
          if v1 == 0 {
            for i in 0..<count {
              let sum = (v0 &* (upper[i] &>> 4)) &>> 16 &+ 2
              target[y &* count &+ i] = UInt8(truncatingIfNeeded: sum &>> 2)
            }
            return
          }
          for i in 0..<count {
            let sum = (v0 &* (upper[i] &>> 4)) &>> 16 &+ (v1 &* (lower[i] &>> 4)) &>> 16 &+ 2
            target[y &* count &+ i] = UInt8(truncatingIfNeeded: sum &>> 2)
          }
        }
      }
    }
  }
  return result
}

/// One row of the source, two weighted taps a sample.
private func fixedRow(
  _ image: PixelBuffer8, _ y: Int32, _ indices: [Int32], _ weights: [Int32], _ row: inout [Int32]
) {
  let channels = image.channels
  let count = row.count / channels
  row.withUnsafeMutableBufferPointer { row in
    image.samples.withUnsafeBufferPointer { samples in
      indices.withUnsafeBufferPointer { indices in
        weights.withUnsafeBufferPointer { weights in
          guard let line = samples.baseAddress.map({ $0 + Int(y) * image.width * channels }) else { return }
          var x = 0
          if channels == 3, let row = row.baseAddress {
            // Four samples at once, one more than there is: the last pixels are left to the loop below.
            let end = samples.count &- 4
            let start = Int(y) &* image.width &* 3
            while x < count &- 1 {
              let (left, right) = (Int(indices[2 &* x]) &* 3, Int(indices[2 &* x &+ 1]) &* 3)
              guard start &+ max(left, right) <= end else { break }
              let sum =
                four(line + left) &* SIMD4(repeating: weights[2 &* x])
                &+ four(line + right) &* SIMD4(repeating: weights[2 &* x &+ 1])
              UnsafeMutableRawPointer(row + 3 &* x).storeBytes(of: sum, as: SIMD4<Int32>.self)
              x &+= 1
            }
          }
          for x in x..<count {
            let left = line + (Int(indices[2 &* x]) &* channels)
            let right = line + (Int(indices[2 &* x &+ 1]) &* channels)
            let (w0, w1) = (weights[2 &* x], weights[2 &* x &+ 1])
            for channel in 0..<channels {
              row[x &* channels &+ channel] = Int32(left[channel]) &* w0 &+ Int32(right[channel]) &* w1
            }
          }
        }
      }
    }
  }
}

@inline(__always)
private func four(_ samples: UnsafePointer<UInt8>) -> SIMD4<Int32> {
  SIMD4(Int32(samples[0]), Int32(samples[1]), Int32(samples[2]), Int32(samples[3]))
}

/// Any number of taps, floats: each row of the result is mixed of source rows first, then along itself.
private func resized<Sample: GatherSample>(
  _ image: PixelBuffer<Sample>, _ size: PixelSize, _ across: AxisTaps, _ down: AxisTaps, zero: Sample,
  finish: (Float) -> Sample
) -> PixelBuffer<Sample> {
  let channels = image.channels
  let count = size.width * channels
  var mixed = [Float](repeating: 0, count: image.width * channels)
  var result = PixelBuffer(size: size, channels: channels, repeating: zero)
  result.samples.withUnsafeMutableBufferPointer { target in
    across.indices.withUnsafeBufferPointer { indices in
      across.weights.withUnsafeBufferPointer { weights in
        for y in 0..<size.height {
          mixRows(image, down, y, &mixed)
          mixed.withUnsafeBufferPointer { mixed in
            for x in 0..<size.width {
              for channel in 0..<channels {
                var sum: Float = 0
                for tap in x &* across.count..<(x &+ 1) &* across.count {
                  sum += mixed[Int(indices[tap]) &* channels &+ channel] * weights[tap]
                }
                target[y &* count &+ x &* channels &+ channel] = finish(sum)
              }
            }
          }
        }
      }
    }
  }
  return result
}

/// The weighted sum of the source rows that output row `y` is made of.
private func mixRows<Sample: GatherSample>(
  _ image: PixelBuffer<Sample>, _ down: AxisTaps, _ y: Int, _ mixed: inout [Float]
) {
  let count = mixed.count
  mixed.withUnsafeMutableBufferPointer { mixed in
    image.samples.withUnsafeBufferPointer { samples in
      guard let target = mixed.baseAddress, let source = samples.baseAddress else { return }
      for tap in 0..<down.count {
        let weight = down.weights[y * down.count + tap]
        let row = source + Int(down.indices[y * down.count + tap]) * count
        var i = 0
        while i &+ 8 <= count {
          let sum = tap == 0 ? .zero : Float.lanes(target + i, step: 1)
          let next = sum.addingProduct(Sample.lanes(row + i, step: 1), Float8(repeating: weight))
          UnsafeMutableRawPointer(target + i).storeBytes(of: next, as: Float8.self)
          i &+= 8
        }
        while i < count {
          target[i] = (tap == 0 ? 0 : target[i]) + row[i].float * weight
          i &+= 1
        }
      }
    }
  }
}

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
  return resized(image, size, across, down, zero: 0, value: { Float($0) }) { sum in
    UInt8(min(max(sum, 0), 255).rounded(.toNearestOrEven))
  }
}

/// The same for floats, without rounding.
public func resize(_ image: PixelBufferF, to size: PixelSize, mode: ResizeMode = .bilinear) -> PixelBufferF {
  if let simple = trivialResize(image, size, zero: 0) { return simple }
  if isHalving(image.size, size), mode != .cubic { return halved(image) { ($0 + $1 + $2 + $3) * 0.25 } }
  let isLinear = mode == .bilinear || (mode == .area && isEnlarging(image.size, size))
  let (across, down) = isLinear ? linearTaps(image.size, size, mode) : wideTaps(image.size, size, mode)
  return resized(image, size, across, down, zero: 0, value: { $0 }) { $0 }
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
  let channels = image.channels
  let count = size.width * channels
  let weights = across.weights.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) }
  let downWeights = down.weights.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) }
  var result = PixelBuffer8(size: size, channels: channels, repeating: 0)
  var rows = [[Int32](repeating: 0, count: count), [Int32](repeating: 0, count: count)]
  var held: [Int32] = [-1, -1]
  func prepare(_ slot: Int, _ y: Int32) {
    guard held[slot] != y else { return }
    if slot == 0, held[1] == y {
      rows.swapAt(0, 1)
      held.swapAt(0, 1)
      return
    }
    held[slot] = y
    let start = Int(y) * image.width * channels
    rows[slot].withUnsafeMutableBufferPointer { row in
      image.samples.withUnsafeBufferPointer { source in
        for x in 0..<size.width {
          let left = start &+ Int(across.indices[2 &* x]) &* channels
          let right = start &+ Int(across.indices[2 &* x &+ 1]) &* channels
          let (w0, w1) = (weights[2 &* x], weights[2 &* x &+ 1])
          for channel in 0..<channels {
            row[x &* channels &+ channel] =
              Int32(source[left &+ channel]) &* w0 &+ Int32(source[right &+ channel]) &* w1
          }
        }
      }
    }
  }
  for y in 0..<size.height {
    prepare(0, down.indices[2 * y])
    prepare(1, down.indices[2 * y + 1])
    let (v0, v1) = (downWeights[2 * y], downWeights[2 * y + 1])
    result.samples.withUnsafeMutableBufferPointer { target in
      rows[0].withUnsafeBufferPointer { upper in
        rows[1].withUnsafeBufferPointer { lower in
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

/// Any number of taps, floats: across first into rows, then down over them.
private func resized<Sample>(
  _ image: PixelBuffer<Sample>, _ size: PixelSize, _ across: AxisTaps, _ down: AxisTaps, zero: Sample,
  value: (Sample) -> Float, finish: (Float) -> Sample
) -> PixelBuffer<Sample> {
  let channels = image.channels
  let count = size.width * channels
  var rows = [Float](repeating: 0, count: count * image.height)
  var result = PixelBuffer(size: size, channels: channels, repeating: zero)
  rows.withUnsafeMutableBufferPointer { rows in
    image.samples.withUnsafeBufferPointer { source in
      for y in 0..<image.height {
        let start = y &* image.width &* channels
        for x in 0..<size.width {
          for channel in 0..<channels {
            var sum: Float = 0
            for tap in x &* across.count..<(x &+ 1) &* across.count {
              sum += value(source[start &+ Int(across.indices[tap]) &* channels &+ channel]) * across.weights[tap]
            }
            rows[y &* count &+ x &* channels &+ channel] = sum
          }
        }
      }
    }
    result.samples.withUnsafeMutableBufferPointer { target in
      for y in 0..<size.height {
        for i in 0..<count {
          var sum: Float = 0
          for tap in y &* down.count..<(y &+ 1) &* down.count {
            sum += rows[Int(down.indices[tap]) &* count &+ i] * down.weights[tap]
          }
          target[y &* count &+ i] = finish(sum)
        }
      }
    }
  }
  return result
}

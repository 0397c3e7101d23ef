import func Foundation.exp

/// Gaussian blur given only sigma (OpenCV `GaussianBlur` with kernel size 0; spec vision §2.3).
///
/// Kernel of round(8·sigma + 1) taps made odd, edges mirrored without repeating the edge pixel. A sigma of 0 or less
/// gives a copy. Rows are summed from left to right, columns from the middle outwards, with fused multiply-adds, as the
/// peer does: in the middle of a wide mask this decides between 1 and the number before, and a paste is cut to 8 bit.
public func gaussianBlur(_ image: PixelBufferF, sigma: Double) -> PixelBufferF {
  guard sigma > 0, image.size.area > 0 else { return image }
  let kernel = gaussianKernel(sigma: sigma, reach: 8).map { Float($0) }
  var result = image
  result.samples.withUnsafeMutableBufferPointer { pixels in
    guard let base = pixels.baseAddress else { return }
    let line = PaddedLine(length: max(image.width, image.height) * image.channels, kernel: kernel)
    defer { line.free() }
    blurRows(base, image.size, image.channels, line)
    blurColumns(base, image.size, image.channels, line)
  }
  return result
}

/// ``gaussianBlur(_:sigma:)`` of a mask that is 1 in a rectangle and 0 around it, equal to the last bit but quicker:
/// rows that see as much of the rectangle are alike, and so are columns.
func blurredBox(size: PixelSize, columns: Range<Int>, rows: Range<Int>, sigma: Double) -> PixelBufferF {
  let kernel = gaussianKernel(sigma: sigma, reach: 8).map { Float($0) }
  let radius = kernel.count / 2
  var line = [Float](repeating: 0, count: (size.width + 7) / 8 * 8)
  for column in columns { line[column] = 1 }
  var result = PixelBufferF(size: size, channels: 1, repeating: 0)
  result.samples.withUnsafeMutableBufferPointer { target in
    line.withUnsafeMutableBufferPointer { line in
      guard let target = target.baseAddress, let line = line.baseAddress else { return }
      let padded = PaddedLine(length: size.width, kernel: kernel)
      defer { padded.free() }
      blurRows(line, PixelSize(width: size.width, height: 1), 1, padded)
      var before: [Int8] = []
      for y in 0..<size.height {
        // How many of the two rows at each distance lie in the rectangle.
        let counts = (0...radius).map { distance -> Int8 in
          let upper = rows.contains(mirroredIndex(y - distance, size.height))
          let lower = distance > 0 && rows.contains(mirroredIndex(y + distance, size.height))
          return (upper ? 1 : 0) + (lower ? 1 : 0)
        }
        let row = target + y * size.width
        if counts == before {
          row.update(from: row - size.width, count: size.width)
        } else {
          sumRows(line, counts, kernel, to: row, width: size.width)
          before = counts
        }
      }
    }
  }
  return result
}

/// One row of a blurred box from the rectangle's own row, in ``blurColumns``' order of sums.
private func sumRows(
  _ line: UnsafeMutablePointer<Float>, _ counts: [Int8], _ kernel: [Float], to row: UnsafeMutablePointer<Float>,
  width: Int
) {
  let radius = counts.count - 1
  // Rows outside of the rectangle add nothing.
  let terms = (1..<max(radius + 1, 1)).filter { counts[$0] > 0 }
  var (last, sum) = (Float8.zero, Float8.zero)
  for x in stride(from: 0, to: width, by: 8) {
    let values = loadLanes(line + x)
    if x == 0 || !lanesAreZero(values - last) {
      sum = counts[0] > 0 ? values * kernel[radius] : .zero
      for distance in terms {
        let pair = counts[distance] == 2 ? values + values : values
        sum.addProduct(pair, Float8(repeating: kernel[radius &- distance]))
      }
      last = values
    }
    storeLanes(sum, row + x, count: width &- x)
  }
}

/// The same for 8 bit: round(6·sigma + 1) taps made odd, weights in 1/256, one rounding half up at the end.
public func gaussianBlur(_ image: PixelBuffer8, sigma: Double) -> PixelBuffer8 {
  guard sigma > 0, image.size.area > 0 else { return image }
  let kernel = fixedKernel(gaussianKernel(sigma: sigma, reach: 6))
  let (width, height, channels) = (image.width, image.height, image.channels)
  let radius = kernel.count / 2
  var rows = [UInt32](repeating: 0, count: image.samples.count)
  var result = image
  rows.withUnsafeMutableBufferPointer { rows in
    image.samples.withUnsafeBufferPointer { source in
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<channels {
            var sum: UInt32 = 0
            for (tap, weight) in kernel.enumerated() {
              let column = mirroredIndex(x &+ tap &- radius, width)
              sum &+= UInt32(source[(y &* width &+ column) &* channels &+ channel]) &* weight
            }
            rows[(y &* width &+ x) &* channels &+ channel] = sum
          }
        }
      }
    }
    result.samples.withUnsafeMutableBufferPointer { target in
      let count = width * channels
      for y in 0..<height {
        let lines = kernel.indices.map { mirroredIndex(y + $0 - radius, height) * count }
        for i in 0..<count {
          var sum: UInt32 = 1 << 15
          for tap in 0..<kernel.count { sum &+= rows[lines[tap] &+ i] &* kernel[tap] }
          target[y &* count &+ i] = UInt8(truncatingIfNeeded: sum &>> 16)
        }
      }
    }
  }
  return result
}

/// Normalised weights exp(−d²/2σ²).
package func gaussianKernel(sigma: Double, reach: Double) -> [Double] {
  let count = Int((sigma * reach + 1).rounded(.toNearestOrEven)) | 1
  let weights = (0..<count).map { index -> Double in
    let d = Double(index - count / 2)
    return exp(-d * d / (2 * sigma * sigma))
  }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}

/// Weights in 1/256: each rounded with the error carried to the next one inwards, the middle takes the rest.
private func fixedKernel(_ kernel: [Double]) -> [UInt32] {
  var result = [UInt32](repeating: 0, count: kernel.count)
  let middle = kernel.count / 2
  var error = 0.0
  var sum: UInt32 = 0
  for index in 0..<middle {
    let wanted = kernel[index] * 256 + error
    let weight = max(wanted.rounded(.toNearestOrEven), 0)
    error = wanted - weight
    result[index] = UInt32(weight)
    result[kernel.count - 1 - index] = UInt32(weight)
    sum += 2 * UInt32(weight)
  }
  result[middle] = 256 - min(sum, 256)
  return result
}

/// Index mirrored at the ends without repeating them; any distance.
func mirroredIndex(_ index: Int, _ length: Int) -> Int {
  guard length > 1 else { return 0 }
  let period = 2 * (length - 1)
  let folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}

/// A copy of one row or of eight columns with mirrored ends, so that the kernel runs without tests.
private struct PaddedLine {
  let base: UnsafeMutablePointer<Float>
  let kernel: [Float]
  let radius: Int

  /// `length`: longest row in samples, or column.
  init(length: Int, kernel: [Float]) {
    self.kernel = kernel
    radius = kernel.count / 2
    let capacity = (length + 8 * radius + 16) * 8
    base = .allocate(capacity: capacity)
    base.initialize(repeating: 0, count: capacity)
  }

  func free() { base.deallocate() }
}

private func blurRows(_ pixels: UnsafeMutablePointer<Float>, _ size: PixelSize, _ channels: Int, _ line: PaddedLine) {
  let (width, radius) = (size.width, line.radius)
  line.kernel.withUnsafeBufferPointer { kernel in
    for y in 0..<size.height {
      let row = pixels + (y &* width &* channels)
      for x in -radius..<width + radius {
        let source = x >= 0 && x < width ? x : mirroredIndex(x, width)
        for channel in 0..<channels {
          line.base[(x &+ radius) &* channels &+ channel] = row[source &* channels &+ channel]
        }
      }
      let count = width &* channels
      var i = 0
      while i < count {
        let start = line.base + i
        var sum = loadLanes(start) * kernel[0]
        for tap in 1..<kernel.count {
          sum.addProduct(loadLanes(start + (tap &* channels)), Float8(repeating: kernel[tap]))
        }
        storeLanes(sum, row + i, count: count &- i)
        i &+= 8
      }
    }
  }
}

/// Eight neighbouring columns at a time, through a copy of them.
private func blurColumns(
  _ pixels: UnsafeMutablePointer<Float>, _ size: PixelSize, _ channels: Int, _ line: PaddedLine
) {
  let (height, radius, count) = (size.height, line.radius, size.width &* channels)
  line.kernel.withUnsafeBufferPointer { kernel in
    var i = 0
    while i < count {
      let lanes = min(8, count &- i)
      for y in -radius..<height + radius {
        let source = pixels + ((y >= 0 && y < height ? y : mirroredIndex(y, height)) &* count &+ i)
        let target = line.base + ((y &+ radius) &* 8)
        if lanes == 8 {
          storeLanes(loadLanes(source), target, count: 8)
        } else {
          for lane in 0..<lanes { target[lane] = source[lane] }
        }
      }
      for y in 0..<height {
        let middle = line.base + ((y &+ radius) &* 8)
        var sum = loadLanes(middle) * kernel[radius]
        for distance in stride(from: 1, through: radius, by: 1) {
          let pair = loadLanes(middle - (distance &* 8)) + loadLanes(middle + (distance &* 8))
          sum.addProduct(pair, Float8(repeating: kernel[radius &- distance]))
        }
        storeLanes(sum, pixels + (y &* count &+ i), count: lanes)
      }
      i &+= 8
    }
  }
}

@inline(__always)
private func loadLanes(_ from: UnsafePointer<Float>) -> Float8 {
  UnsafeRawPointer(from).loadUnaligned(as: Float8.self)
}

@inline(__always)
private func storeLanes(_ values: Float8, _ to: UnsafeMutablePointer<Float>, count: Int) {
  if count >= 8 {
    UnsafeMutableRawPointer(to).storeBytes(of: values, as: Float8.self)
  } else {
    for lane in 0..<count { to[lane] = values[lane] }
  }
}

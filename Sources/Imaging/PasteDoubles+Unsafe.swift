/// Paste in double precision with the legacy grid: positions in 1/1024 pixel, half a thirty-second added, cut to 1/32
/// (spec vision §2.1). The crop is sampled and blended in one go, only where its mask shows.
func pasteDoubles(
  _ frame: inout PixelBuffer8, _ crop: PixelBuffer<Double>, _ mask: PixelBufferF, _ m: AffineTransform
) {
  precondition(mask.size == crop.size && mask.channels == 1, "the mask has the crop's size and one channel")
  let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
  let inverse = area.transform.inverted
  guard area.size.area > 0, crop.size.area > 0, inverse.isWithinReach else { return }
  let steps = (0..<area.size.width).map {
    GridStep(x: gridPosition(inverse.a * Double($0)), y: gridPosition(inverse.d * Double($0)))
  }
  let paste = DoublePaste(crop: crop, mask: mask, inverse: inverse, step: frame.channels)
  let width = frame.width
  frame.samples.withUnsafeMutableBufferPointer { target in
    crop.samples.withUnsafeBufferPointer { crop in
      mask.samples.withUnsafeBytes { mask in
        steps.withUnsafeBufferPointer { steps in
          guard let target = target.baseAddress, let mask = mask.baseAddress else { return }
          for row in 0..<area.size.height {
            let line = target + (((area.y1 &+ row) &* width &+ area.x1) &* paste.step)
            paste.add(row, to: line, crop, mask, steps)
          }
        }
      }
    }
  }
}

/// How far a column lies from the first one of its row, in 1/1024 pixel of the crop.
private struct GridStep {
  let x: Int
  let y: Int
}

private struct DoublePaste {
  let maskGrid: BufferGrid
  /// Rectangle → crop.
  let inverse: AffineTransform
  /// Of the crop: samples in a pixel and a row, the last column and row.
  let pixel: Int
  let row: Int
  let lastX: Int
  let lastY: Int
  /// Channels that are blended.
  let channels: Int
  /// Channels of the frame.
  let step: Int

  init(crop: PixelBuffer<Double>, mask: PixelBufferF, inverse: AffineTransform, step: Int) {
    maskGrid = BufferGrid(mask)
    self.inverse = inverse
    self.step = step
    pixel = crop.channels
    row = crop.channels * crop.width
    lastX = crop.width - 1
    lastY = crop.height - 1
    channels = min(step, crop.channels, 3)
  }

  func add(
    _ row: Int, to line: UnsafeMutablePointer<UInt8>, _ crop: UnsafeBufferPointer<Double>, _ mask: UnsafeRawPointer,
    _ steps: UnsafeBufferPointer<GridStep>
  ) {
    let (startX, startY) = inverse.rowStart(row)
    let (stepX, stepY) = (Float8(repeating: Float(inverse.a)), Float8(repeating: Float(inverse.d)))
    let gridX = gridPosition(inverse.b * Double(row) + inverse.c) &+ 16
    let gridY = gridPosition(inverse.e * Double(row) + inverse.f) &+ 16
    var next = 0
    while next < steps.count {
      let column = next
      next &+= 8
      let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: column)))
      let shares = maskGrid.shares(mask, startX.addingProduct(columns, stepX), startY.addingProduct(columns, stepY))
      if lanesAreZero(shares) { continue }
      withUnsafeBytes(of: shares) { shares in
        for lane in 0..<min(8, steps.count &- column) {
          let share = shares.load(fromByteOffset: 4 &* lane, as: Float.self)
          guard share > 0 else { continue }
          let at = steps[column &+ lane]
          let value = sample(crop, x: (gridX &+ at.x) &>> 5, y: (gridY &+ at.y) &>> 5)
          blend(value, share, line + (column &+ lane) &* step)
        }
      }
    }
  }

  /// Three samples at a place in 1/32 pixel, beyond the edge those of the edge.
  @_transparent
  private func sample(_ crop: UnsafeBufferPointer<Double>, x: Int, y: Int) -> SIMD4<Double> {
    let (i, j) = (x &>> 5, y &>> 5)
    let (left, right) = (min(max(i, 0), lastX) &* pixel, min(max(i &+ 1, 0), lastX) &* pixel)
    let (upper, lower) = (min(max(j, 0), lastY) &* row, min(max(j &+ 1, 0), lastY) &* row)
    let (fx, fy) = (Double(x & 31) / 32, Double(y & 31) / 32)
    let above = load(crop, upper &+ left) * (1 - fx) + load(crop, upper &+ right) * fx
    let below = load(crop, lower &+ left) * (1 - fx) + load(crop, lower &+ right) * fx
    return above * (1 - fy) + below * fy
  }

  /// A pixel, and what follows it up to four samples.
  @_transparent
  private func load(_ crop: UnsafeBufferPointer<Double>, _ at: Int) -> SIMD4<Double> {
    guard at &+ 4 <= crop.count, let base = crop.baseAddress else {
      var last = SIMD4<Double>()
      for channel in 0..<min(channels, crop.count &- at) { last[channel] = crop[at &+ channel] }
      return last
    }
    return UnsafeRawPointer(base + at).loadUnaligned(as: SIMD4<Double>.self)
  }

  /// target · (1 − share) + value · share, cut to 8 bit.
  @_transparent
  private func blend(_ value: SIMD4<Double>, _ share: Float, _ target: UnsafeMutablePointer<UInt8>) {
    if channels == 3 {
      let old = SIMD4(Double(target[0]), Double(target[1]), Double(target[2]), 0)
      let bits = levels(old * Double(1 - share) + value * Double(share))
      target[0] = UInt8(truncatingIfNeeded: bits[0])
      target[1] = UInt8(truncatingIfNeeded: bits[1])
      target[2] = UInt8(truncatingIfNeeded: bits[2])
      return
    }
    for channel in 0..<channels {
      let sum = Double(target[channel]) * Double(1 - share) + value[channel] * Double(share)
      target[channel] = UInt8(truncatingIfNeeded: levels(SIMD4(repeating: sum))[0])
    }
  }

  /// Kept within 0…255 and cut; the level is in the lowest bits.
  @_transparent
  private func levels(_ sum: SIMD4<Double>) -> SIMD4<UInt64> {
    let (zero, most) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 255))
    let low = sum.replacing(with: zero, where: sum .< zero)
    let kept = low.replacing(with: most, where: low .> most)
    // 2^52: a number of this size has steps of one, so its low bits are an integer.
    return unsafeBitCast(kept.rounded(.down) + 0x1p52, to: SIMD4<UInt64>.self)
  }
}

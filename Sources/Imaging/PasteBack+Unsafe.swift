/// Paste in single precision, eight pixels at a time.
func pasteLanes<Sample: WarpSample>(
  _ frame: inout PixelBuffer8, _ crop: PixelBuffer<Sample>, _ mask: PixelBufferF, _ m: AffineTransform
) {
  precondition(mask.size == crop.size && mask.channels == 1, "the mask has the crop's size and one channel")
  let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
  let inverse = area.transform.inverted
  guard area.size.area > 0, crop.size.area > 0, inverse.isWithinReach else { return }
  let paste = CropPaste<Sample>(crop: crop, mask: mask, inverse: inverse, step: frame.channels)
  let width = frame.width
  frame.samples.withUnsafeMutableBufferPointer { target in
    crop.samples.withUnsafeBytes { crop in
      mask.samples.withUnsafeBytes { mask in
        withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 8) { scratch in
          guard let target = target.baseAddress, let crop = crop.baseAddress, let mask = mask.baseAddress,
            let scratch = scratch.baseAddress
          else { return }
          for row in 0..<area.size.height {
            let line = target + (((area.y1 &+ row) &* width &+ area.x1) &* paste.step)
            paste.add(row, length: area.size.width, to: line, crop, mask, scratch)
          }
        }
      }
    }
  }
}

/// One row of a paste after the other.
private struct CropPaste<Sample: WarpSample> {
  let cropGrid: BufferGrid
  let maskGrid: BufferGrid
  /// Rectangle → crop.
  let inverse: AffineTransform
  let channels: Int
  /// Channels of the frame.
  let step: Int

  init(crop: PixelBuffer<Sample>, mask: PixelBufferF, inverse: AffineTransform, step: Int) {
    cropGrid = BufferGrid(crop)
    maskGrid = BufferGrid(mask)
    self.inverse = inverse
    self.step = step
    channels = min(step, crop.channels, 3)
  }

  func add(
    _ row: Int, length: Int, to line: UnsafeMutablePointer<UInt8>, _ crop: UnsafeRawPointer, _ mask: UnsafeRawPointer,
    _ scratch: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let (startX, startY) = inverse.rowStart(row)
    var next = 0
    while next < length {
      let column = next
      next &+= 8
      let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: column)))
      let x = startX.addingProduct(columns, Float8(repeating: Float(inverse.a)))
      let y = startY.addingProduct(columns, Float8(repeating: Float(inverse.d)))
      let cover = maskGrid.coverage(x, y)
      guard !lanesAreZero(cover) else { continue }
      let sampled = maskGrid.value(mask, 0, maskGrid.taps(x, y), Float.self) * cover
      let share = lanesClamp(sampled, .zero, Float8(repeating: 1))
      guard !lanesAreZero(share) else { continue }
      let taps = cropGrid.taps(x, y)
      let pixels = line + (column &* step)
      let count = next <= length ? 8 : length &- column
      if Sample.self == UInt8.self, channels == 3, cropGrid.areColors(taps) {
        let colors = cropGrid.colors(crop, taps, scratch: scratch)
        blendLanes(Sample.settled(colors.red), share, pixels, step, count)
        blendLanes(Sample.settled(colors.green), share, pixels + 1, step, count)
        blendLanes(Sample.settled(colors.blue), share, pixels + 2, step, count)
        continue
      }
      for channel in 0..<channels {
        let value = Sample.settled(cropGrid.value(crop, channel, taps, Sample.self))
        blendLanes(value, share, pixels + channel, step, count)
      }
    }
  }
}

/// target · (1 − share) + value · share, cut to 8 bit; untouched where the share is 0.
@inline(__always)
private func blendLanes(
  _ value: Float8, _ share: Float8, _ target: UnsafeMutablePointer<UInt8>, _ step: Int, _ count: Int
) {
  if count == 8 {
    UInt8.store(mixedBytes(UInt8.lanes(target, step: step), value, share), target, step: step)
  } else {
    blendSome(value, share, target, step, count)
  }
}

/// A call of its own: a lane picked by a variable makes the compiler split vectors all around.
@inline(never)
private func blendSome(
  _ value: Float8, _ share: Float8, _ target: UnsafeMutablePointer<UInt8>, _ step: Int, _ count: Int
) {
  var old = Float8.zero
  for lane in 0..<count { old[lane] = Float(target[lane &* step]) }
  let mixed = mixedBytes(old, value, share)
  for lane in 0..<count { target[lane &* step] = UInt8(truncatingIfNeeded: mixed[lane]) }
}

@inline(__always)
private func mixedBytes(_ old: Float8, _ value: Float8, _ share: Float8) -> Int8x32 {
  let sum = (old * (1 - share) + value * share).replacing(with: old, where: share .== 0)
  return lanesRound(lanesClamp(sum, .zero, Float8(repeating: 255)).rounded(.down))
}

/// Paste in double precision with the legacy grid.
func pasteDoubles(
  _ frame: inout PixelBuffer8, _ crop: PixelBuffer<Double>, _ mask: PixelBufferF, _ m: AffineTransform
) {
  precondition(mask.size == crop.size && mask.channels == 1, "the mask has the crop's size and one channel")
  let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
  guard area.size.area > 0, crop.size.area > 0 else { return }
  let shares = warp(mask, area.transform, to: area.size, border: .constant)
  let values = warp(crop, area.transform, to: area.size, border: .replicate)
  let channels = min(frame.channels, crop.channels, 3)
  for y in 0..<area.size.height {
    for x in 0..<area.size.width {
      let share = min(max(shares[x, y], 0), 1)
      guard share > 0 else { continue }
      for channel in 0..<channels {
        let old = Double(frame[area.x1 + x, area.y1 + y, channel])
        let sum = old * Double(1 - share) + values[x, y, channel] * Double(share)
        frame[area.x1 + x, area.y1 + y, channel] = UInt8(min(max(sum, 0), 255))
      }
    }
  }
}

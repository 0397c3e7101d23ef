/// Paste in single precision, eight pixels at a time.
func pasteLanes<Sample: WarpSample>(
  _ frame: inout PixelBuffer8, _ crop: PixelBuffer<Sample>, _ mask: PixelBufferF, _ m: AffineTransform
) {
  precondition(mask.size == crop.size && mask.channels == 1, "the mask has the crop's size and one channel")
  let area = PasteArea(frame: frame.size, crop: crop.size, transform: m)
  let inverse = area.transform.inverted
  guard area.size.area > 0, crop.size.area > 0, inverse.isWithinReach else { return }
  let channels = min(frame.channels, crop.channels, 3)
  let (cropGrid, maskGrid) = (BufferGrid(crop), BufferGrid(mask))
  let (step, width) = (frame.channels, frame.width)
  frame.samples.withUnsafeMutableBufferPointer { target in
    crop.samples.withUnsafeBytes { cropBytes in
      mask.samples.withUnsafeBytes { maskBytes in
        guard let target = target.baseAddress, let cropBase = cropBytes.baseAddress,
          let maskBase = maskBytes.baseAddress
        else { return }
        for row in 0..<area.size.height {
          let line = target + (((area.y1 &+ row) &* width &+ area.x1) &* step)
          let startX = Float8(repeating: Float(inverse.b * Double(row) + inverse.c))
          let startY = Float8(repeating: Float(inverse.e * Double(row) + inverse.f))
          for column in stride(from: 0, to: area.size.width, by: 8) {
            let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: column)))
            let x = startX.addingProduct(columns, Float8(repeating: Float(inverse.a)))
            let y = startY.addingProduct(columns, Float8(repeating: Float(inverse.d)))
            let cover = maskGrid.coverage(x, y)
            guard !lanesAreZero(cover) else { continue }
            let sampled = maskGrid.value(maskBase, 0, maskGrid.taps(x, y), Float.self) * cover
            let share = lanesClamp(sampled, .zero, Float8(repeating: 1))
            guard !lanesAreZero(share) else { continue }
            let taps = cropGrid.taps(x, y)
            let pixels = line + (column &* step)
            let count = min(8, area.size.width &- column)
            for channel in 0..<channels {
              let value = Sample.settled(cropGrid.value(cropBase, channel, taps, Sample.self))
              blendLanes(value, share, pixels + channel, step, count)
            }
          }
        }
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
    var old = Float8.zero
    for lane in 0..<count { old[lane] = Float(target[lane &* step]) }
    let mixed = mixedBytes(old, value, share)
    for lane in 0..<count { target[lane &* step] = UInt8(truncatingIfNeeded: mixed[lane]) }
  }
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

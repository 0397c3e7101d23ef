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
  let level: MaskLevel
  /// Rectangle → crop.
  let inverse: AffineTransform
  let channels: Int
  /// Channels of the frame.
  let step: Int

  init(crop: PixelBuffer<Sample>, mask: PixelBufferF, inverse: AffineTransform, step: Int) {
    cropGrid = BufferGrid(crop)
    maskGrid = BufferGrid(mask)
    level = MaskLevel(mask)
    self.inverse = inverse
    self.step = step
    channels = min(step, crop.channels, 3)
  }

  func add(
    _ row: Int, length: Int, to line: UnsafeMutablePointer<UInt8>, _ crop: UnsafeRawPointer, _ mask: UnsafeRawPointer,
    _ scratch: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let (startX, startY) = inverse.rowStart(row)
    let (stepX, stepY) = (Float8(repeating: Float(inverse.a)), Float8(repeating: Float(inverse.d)))
    var next = 0
    while next < length {
      let column = next
      next &+= 8
      let columns = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: column)))
      let x = startX.addingProduct(columns, stepX)
      let y = startY.addingProduct(columns, stepY)
      let isLevel = level.holds(x, y)
      let share = isLevel ? Float8(repeating: level.share) : maskGrid.shares(mask, x, y)
      guard !lanesAreZero(share) else { continue }
      let taps = cropGrid.taps(x, y)
      let pixels = line + (column &* step)
      let count = next <= length ? 8 : length &- column
      if channels == 3, step == 3, count == 8, cropGrid.areColors(taps) {
        let colors = cropGrid.colors(crop, taps, scratch: scratch, Sample.self)
        if isLevel, level.share == 1 {
          putColors(colors, pixels)
        } else {
          blendColors(colors, share, pixels)
        }
        continue
      }
      for channel in 0..<channels {
        let value = Sample.settled(cropGrid.value(crop, channel, taps, Sample.self))
        blendLanes(value, share, pixels + channel, step, count)
      }
    }
  }

  /// Eight pixels of three bytes, read and written as words.
  @_transparent
  private func blendColors(_ colors: RGBLanes, _ share: Float8, _ pixels: UnsafeMutablePointer<UInt8>) {
    let old = pixelWords(pixels)
    let byte = SIMD8<UInt32>(repeating: 0xFF)
    let first = mixedBytes(lanesFloat(old & byte), Sample.settled(colors.red), share)
    let second = mixedBytes(lanesFloat((old &>> 8) & byte), Sample.settled(colors.green), share)
    let third = mixedBytes(lanesFloat((old &>> 16) & byte), Sample.settled(colors.blue), share)
    storePixels(bits(first) | (bits(second) &<< 8) | (bits(third) &<< 16), pixels)
  }

  /// What is left of the blend where the share is 1.
  @_transparent
  private func putColors(_ colors: RGBLanes, _ pixels: UnsafeMutablePointer<UInt8>) {
    let first = cutBytes(Sample.settled(colors.red))
    let second = cutBytes(Sample.settled(colors.green))
    let third = cutBytes(Sample.settled(colors.blue))
    storePixels(bits(first) | (bits(second) &<< 8) | (bits(third) &<< 16), pixels)
  }

  @_transparent
  private func bits(_ v: Int8x32) -> SIMD8<UInt32> { unsafeBitCast(v, to: SIMD8<UInt32>.self) }
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

@_transparent
private func mixedBytes(_ old: Float8, _ value: Float8, _ share: Float8) -> Int8x32 {
  let sum = (old * (1 - share) + value * share).replacing(with: old, where: share .== 0)
  return cutBytes(sum)
}

@_transparent
private func cutBytes(_ v: Float8) -> Int8x32 {
  lanesRound(lanesClamp(v, .zero, Float8(repeating: 255)).rounded(.down))
}

/// The rectangle around a mask's middle in which all samples are alike: nothing needs to be sampled there.
private struct MaskLevel {
  /// 0…1.
  let share: Float
  private let lowX: Float
  private let highX: Float
  private let lowY: Float
  private let highY: Float

  init(_ mask: PixelBufferF) {
    let (width, height) = (mask.width, mask.height)
    let (x, y) = (width / 2, height / 2)
    let value = mask[x, y]
    share = min(max(value, 0), 1)
    var (left, right, top, bottom) = (x, x, y, y)
    mask.samples.withUnsafeBufferPointer { samples in
      let middle = y &* width
      while left > 0, samples[middle &+ left &- 1] == value { left &-= 1 }
      while right &+ 1 < width, samples[middle &+ right &+ 1] == value { right &+= 1 }
      func isAlike(_ row: Int) -> Bool {
        var others = 0
        for column in left...right where samples[row &* width &+ column] != value { others &+= 1 }
        return others == 0
      }
      while top > 0, isAlike(top &- 1) { top &-= 1 }
      while bottom &+ 1 < height, isAlike(bottom &+ 1) { bottom &+= 1 }
    }
    (lowX, highX, lowY, highY) = (Float(left), Float(right), Float(top), Float(bottom))
  }

  /// Whether eight places that lie on a line are all inside; the ends decide.
  @_transparent
  func holds(_ x: Float8, _ y: Float8) -> Bool {
    x[0] >= lowX && x[0] <= highX && x[7] >= lowX && x[7] <= highX
      && y[0] >= lowY && y[0] <= highY && y[7] >= lowY && y[7] <= highY
  }
}

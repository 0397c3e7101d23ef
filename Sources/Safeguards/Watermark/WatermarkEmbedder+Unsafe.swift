public import Imaging

/// Marks frames of one size and format in place. One worker owns it; nothing is allocated per frame.
///
/// The mark is added to the luma plane, or equally to R, G and B. Chroma and alpha stay as they are. A picture narrower
/// or lower than 8 pixels is left alone.
public final class WatermarkEmbedder {
  public let size: PixelSize
  public let format: PixelFormat

  private let tile: WatermarkTile
  /// The tile as the 8-bit kernel reads it: of every 32 columns the even ones, then the odd ones.
  private let split: [Int16]
  private let strength = WatermarkStrength()
  private let columns: Int
  private let rows: Int
  /// Sums of the steps of eight lines in each column, over each block of 8 × 8, and the blocks' classes.
  private var steps: [UInt8]
  private var sums: [UInt16]
  private var classes: [UInt16]
  private var counts = [Int32](repeating: 0, count: WatermarkStrength.classes)
  private var levels = [Float](repeating: 0, count: WatermarkStrength.classes)
  /// Strength of each block in one row of blocks, and of each of its columns: steps that make 256 of one code.
  private var factors: [Int16]
  private var spread: [Int16]
  /// The change of each column in one line.
  private var deltas: [Int32]
  /// The 8-bit luma of formats that do not have it.
  private var luma: [UInt8]

  init(tile: WatermarkTile, size: PixelSize, format: PixelFormat) {
    self.size = size
    self.format = format
    self.tile = tile
    split = Self.split(tile)
    columns = (size.width + 7) / 8
    rows = (size.height + 7) / 8
    steps = [UInt8](repeating: 0, count: size.width)
    sums = [UInt16](repeating: 0, count: columns * rows)
    classes = sums
    factors = [Int16](repeating: 0, count: (columns + 3) / 4 * 4)
    spread = [Int16](repeating: 0, count: factors.count * 8)
    let direct = format.bitDepth == 8 && format.layout != .interleavedRGB
    deltas = [Int32](repeating: 0, count: direct ? 0 : size.width)
    luma = [UInt8](repeating: 0, count: direct ? 0 : size.width * size.height)
  }

  private static func split(_ tile: WatermarkTile) -> [Int16] {
    var result = tile.values
    for start in stride(from: 0, to: result.count, by: 32) {
      for i in 0..<16 {
        result[start + i] = tile.values[start + 2 * i]
        result[start + 16 + i] = tile.values[start + 2 * i + 1]
      }
    }
    return result
  }

  /// Adds the mark to a frame of this embedder's size and format.
  /// - Throws: `marking` when the frame has another size or format.
  public func mark(_ frame: Frame) throws(SafeguardsError) {
    guard frame.size == size, frame.format == format else {
      throw SafeguardsError(
        .marking,
        "A frame of \(frame.size.width)x\(frame.size.height) cannot take a watermark made for "
          + "\(size.width)x\(size.height), or its format differs.")
    }
    guard size.width >= 8, size.height >= 8, let plane = frame.planes.first else { return }
    if luma.isEmpty {
      measure(UnsafePointer(plane.row8(0)), stride: plane.stride)
    } else {
      luma.withUnsafeMutableBufferPointer { reduceLuma(of: frame, to: $0.baseAddress!) }
      luma.withUnsafeBufferPointer { measure($0.baseAddress!, stride: size.width) }
    }
    classify()
    for row in 0..<rows { add(row, to: frame, plane) }
  }

  // MARK: Activity

  private func measure(_ base: UnsafePointer<UInt8>, stride: Int) {
    sums.withUnsafeMutableBufferPointer { sums in
      steps.withUnsafeMutableBufferPointer { steps in
        let steps = steps.baseAddress!
        for row in 0..<rows {
          // The last row of blocks covers the last eight lines, even where they are measured twice.
          let top = min(row * 8, size.height - 8)
          steps.update(repeating: 0, count: size.width)
          for y in top..<top + 8 {
            let line = base + y * stride
            Self.addSteps(line, line + 1, steps, size.width - 1)
            if y + 1 < size.height { Self.addSteps(line, line + stride, steps, size.width) }
          }
          let out = sums.baseAddress! + row * columns
          for column in 0..<columns {
            let from = steps + min(column * 8, size.width - 8)
            var total: UInt16 = 0
            for x in 0..<8 { total &+= UInt16(from[x]) }
            out[column] = total
          }
        }
      }
    }
  }

  /// Adds |a - b|, at most 15: sixteen of them fit in a byte. Written so that the compiler takes 32 at once.
  private static func addSteps(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ steps: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    var x = 0
    while x < count {
      let step = a[x] > b[x] ? a[x] &- b[x] : b[x] &- a[x]
      steps[x] &+= step < 15 ? step : 15
      x &+= 1
    }
  }

  /// Classes of the blocks from the sums over each block and its neighbours, and the strength of each class.
  private func classify() {
    for index in counts.indices { counts[index] = 0 }
    sums.withUnsafeBufferPointer { sums in
      classes.withUnsafeMutableBufferPointer { classes in
        counts.withUnsafeMutableBufferPointer { counts in
          for row in 0..<rows {
            let above = sums.baseAddress! + max(row - 1, 0) * columns
            let here = sums.baseAddress! + row * columns
            let below = sums.baseAddress! + min(row + 1, rows - 1) * columns
            for column in 0..<columns {
              let left = max(column - 1, 0)
              let right = min(column + 1, columns - 1)
              let first = Int(above[left]) + Int(here[left]) + Int(below[left])
              let second = Int(above[column]) + Int(here[column]) + Int(below[column])
              let third = Int(above[right]) + Int(here[right]) + Int(below[right])
              let index = min((first + second + third) >> WatermarkStrength.shift, WatermarkStrength.classes - 1)
              classes[row * columns + column] = UInt16(index)
              counts[index] += 1
            }
          }
        }
      }
    }
    strength.levels(counts, into: &levels)
  }

  // MARK: Adding

  private func add(_ row: Int, to frame: Frame, _ plane: Frame.Plane) {
    let scale = 256 / WatermarkTile.unit
    for column in 0..<columns {
      let level = levels[Int(classes[row * columns + column])]
      factors[column] = Int16(level * scale + 0.5)
    }
    let lines = row * 8..<min(row * 8 + 8, size.height)
    if luma.isEmpty {
      addBytes(lines, plane)
    } else {
      for column in 0..<columns {
        for x in 0..<8 { spread[column * 8 + x] = factors[column] }
      }
      addSamples(lines, frame, plane)
    }
  }

  private func addBytes(_ lines: Range<Int>, _ plane: Frame.Plane) {
    // Four blocks, their factor four times each: once for the even, once for the odd columns.
    let groups = size.width / 32
    for group in 0..<groups {
      for i in 0..<16 { spread[group * 16 + i] = factors[group * 4 + i / 4] }
    }
    spread.withUnsafeBytes { spread in
      split.withUnsafeBytes { split in
        for y in lines {
          let tileRow = split.baseAddress! + y % tile.period * tile.period * 2
          let row = UnsafeMutableRawPointer(plane.row8(y))
          for group in 0..<groups {
            let factor = (spread.baseAddress! + group * 32).loadUnaligned(as: SIMD16<Int16>.self)
            Self.addGroup(row + group * 32, tileRow + group * 32 % tile.period * 2, factor)
          }
          for x in groups * 32..<size.width {
            let delta = (tile.values[y % tile.period * tile.period + x % tile.period] &* factors[x / 8] &+ 128) >> 8
            let sample = Int16(plane.row8(y)[x]) + delta
            plane.row8(y)[x] = UInt8(max(0, min(255, sample)))
          }
        }
      }
    }
  }

  @inline(__always)
  private static func addGroup(
    _ samples: UnsafeMutableRawPointer, _ pattern: UnsafeRawPointer, _ factor: SIMD16<Int16>
  ) {
    typealias Words = SIMD16<Int16>
    let words = samples.loadUnaligned(as: SIMD16<UInt16>.self)
    let even = unsafeBitCast(words & 255, to: Words.self)
    let odd = unsafeBitCast(words &>> 8, to: Words.self)
    let evenPattern = pattern.loadUnaligned(as: Words.self)
    let oddPattern = pattern.loadUnaligned(fromByteOffset: 32, as: Words.self)
    let half = Words(repeating: 128)
    let newEven = clamp(even &+ ((evenPattern &* factor &+ half) &>> 8))
    let newOdd = clamp(odd &+ ((oddPattern &* factor &+ half) &>> 8))
    let joined = unsafeBitCast(newEven, to: SIMD16<UInt16>.self) | unsafeBitCast(newOdd, to: SIMD16<UInt16>.self) &<< 8
    samples.storeBytes(of: joined, as: SIMD16<UInt16>.self)
  }

  @inline(__always)
  private static func clamp(_ v: SIMD16<Int16>) -> SIMD16<Int16> {
    let high = SIMD16<Int16>(repeating: 255)
    let low = v.replacing(with: 0, where: v .< .zero)
    return low.replacing(with: high, where: low .> high)
  }

  /// Every other format: a factor times a step of the pattern makes up to ±8128, which is the change in 16 bits.
  private func addSamples(_ lines: Range<Int>, _ frame: Frame, _ plane: Frame.Plane) {
    let shift = Int32(16 - format.bitDepth)
    let half: Int32 = shift > 0 ? 1 << (shift - 1) : 0
    spread.withUnsafeBufferPointer { spread in
      tile.values.withUnsafeBufferPointer { values in
        deltas.withUnsafeMutableBufferPointer { deltas in
          for y in lines {
            let tileRow = values.baseAddress! + y % tile.period * tile.period
            var start = 0
            while start < size.width {
              let (from, to) = (spread.baseAddress! + start, deltas.baseAddress! + start)
              for x in 0..<min(tile.period, size.width - start) {
                to[x] = (Int32(tileRow[x]) &* Int32(from[x]) &+ half) &>> shift
              }
              start += tile.period
            }
            addRow(deltas.baseAddress!, plane, y)
          }
        }
      }
    }
  }

  private func addRow(_ deltas: UnsafePointer<Int32>, _ plane: Frame.Plane, _ y: Int) {
    let maximum = Int32(format.maximum)
    let width = size.width
    switch (format.layout == .interleavedRGB, format.bitDepth > 8) {
    case (false, _):
      let row = plane.row16(y)
      for x in 0..<width { row[x] = UInt16(truncatingIfNeeded: Self.limited(Int32(row[x]) &+ deltas[x], maximum)) }
    case (true, false):
      let row = plane.row8(y)
      let step = format.hasAlpha ? 4 : 3
      for x in 0..<width {
        let pixel = row + x &* step
        for c in 0..<3 { pixel[c] = UInt8(truncatingIfNeeded: Self.limited(Int32(pixel[c]) &+ deltas[x], maximum)) }
      }
    case (true, true):
      let row = plane.row16(y)
      let step = format.hasAlpha ? 4 : 3
      for x in 0..<width {
        let pixel = row + x &* step
        for c in 0..<3 { pixel[c] = UInt16(truncatingIfNeeded: Self.limited(Int32(pixel[c]) &+ deltas[x], maximum)) }
      }
    }
  }

  @inline(__always)
  private static func limited(_ value: Int32, _ maximum: Int32) -> Int32 {
    value < 0 ? 0 : value > maximum ? maximum : value
  }
}

/// Eight-bit luma of any frame, rows of its width: Y, grey, or (R + 2G + B) / 4.
func reduceLuma(of frame: Frame, to luma: UnsafeMutablePointer<UInt8>) {
  guard let plane = frame.planes.first else { return }
  let width = frame.size.width
  let shift = frame.format.bitDepth - 8
  let interleaved = frame.format.layout == .interleavedRGB
  let step = interleaved ? (frame.format.hasAlpha ? 4 : 3) : 1
  for y in 0..<frame.size.height {
    let out = luma + y * width
    switch (interleaved, shift > 0) {
    case (false, false):
      out.update(from: plane.row8(y), count: width)
    case (false, true):
      let row = plane.row16(y)
      for x in 0..<width { out[x] = UInt8(truncatingIfNeeded: min(row[x] >> UInt16(shift), 255)) }
    case (true, false):
      let row = plane.row8(y)
      for x in 0..<width {
        let at = x * step
        out[x] = UInt8(truncatingIfNeeded: (UInt32(row[at]) &+ 2 &* UInt32(row[at + 1]) &+ UInt32(row[at + 2])) >> 2)
      }
    case (true, true):
      let row = plane.row16(y)
      for x in 0..<width {
        let at = x * step
        let sum = UInt32(row[at]) &+ 2 &* UInt32(row[at + 1]) &+ UInt32(row[at + 2])
        out[x] = UInt8(truncatingIfNeeded: min(sum >> UInt32(2 + shift), 255))
      }
    }
  }
}

public import Imaging

/// Marks frames of one size and format in place. One worker owns it; nothing is allocated per frame.
///
/// The mark is added to the luma plane, or equally to R, G and B. Chroma and alpha stay as they are. A picture narrower
/// or lower than 8 pixels is left alone.
public final class WatermarkEmbedder {
  public let size: PixelSize
  public let format: PixelFormat

  private let tile: WatermarkTile
  private let strength = WatermarkStrength()
  private let columns: Int
  private let rows: Int
  /// Sums of the steps of eight lines in each column, over each block of 8 × 8, and the blocks' classes.
  private var steps: [UInt8]
  private var sums: [UInt16]
  private var classes: [UInt16]
  private var counts = [Int32](repeating: 0, count: WatermarkStrength.classes)
  private var levels = [Float](repeating: 0, count: WatermarkStrength.classes)
  /// Steps of a strength that make one standard deviation of one code.
  static let levelScale = 256 / WatermarkTile.unit
  /// Strength at each sample of a line: steps that make 256 of one code.
  private var spread: [Int16]
  /// The 8-bit luma of formats that do not have it.
  private var luma: [UInt8]
  /// Samples of a pixel that lie side by side, and the tile with every value as often, 0 for alpha.
  private let samples: Int
  private let wideTile: [Int16]

  init(tile: WatermarkTile, size: PixelSize, format: PixelFormat) {
    self.size = size
    self.format = format
    self.tile = tile
    columns = (size.width + 7) / 8
    rows = (size.height + 7) / 8
    steps = [UInt8](repeating: 0, count: size.width)
    sums = [UInt16](repeating: 0, count: columns * rows)
    classes = sums
    samples = format.layout != .interleavedRGB ? 1 : format.hasAlpha ? 4 : 3
    spread = [Int16](repeating: 0, count: columns * 8 * samples)
    let direct = format.bitDepth == 8 && format.layout != .interleavedRGB
    luma = [UInt8](repeating: 0, count: direct ? 0 : size.width * size.height)
    wideTile = samples == 1 ? tile.values : Self.widened(tile, samples)
  }

  private static func widened(_ tile: WatermarkTile, _ samples: Int) -> [Int16] {
    tile.values.flatMap { value in (0..<samples).map { $0 < 3 ? value : 0 } }
  }

  /// Adds the mark to a frame of this embedder's size and format.
  /// - Throws: `marking` when the frame has another size or format.
  public func mark(_ frame: Frame) throws(SafeguardsError) {
    guard frame.size == size, frame.format == format else {
      throw SafeguardsError.wrongFrame(frame.size, expected: size)
    }
    guard size.width >= 8, size.height >= 8, let plane = frame.planes.first else { return }
    if luma.isEmpty {
      measure(UnsafePointer(plane.row8(0)), stride: plane.stride)
    } else {
      luma.withUnsafeMutableBufferPointer { WatermarkLuma.reduce(frame, to: $0.baseAddress!) }
      luma.withUnsafeBufferPointer { measure($0.baseAddress!, stride: size.width) }
    }
    classify()
    for row in 0..<rows { add(row, to: plane) }
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

  private func add(_ row: Int, to plane: Frame.Plane) {
    let length = 8 * samples
    spread.withUnsafeMutableBufferPointer { spread in
      for column in 0..<columns {
        let level = levels[Int(classes[row * columns + column])]
        (spread.baseAddress! + column * length).update(repeating: Int16(level * Self.levelScale + 0.5), count: length)
      }
    }
    add(to: row * 8..<min(row * 8 + 8, size.height), of: plane)
  }

  /// Piece by piece of the tile.
  private func add(to lines: Range<Int>, of plane: Frame.Plane) {
    let (count, period) = (size.width * samples, tile.period * samples)
    let (shift, maximum) = (16 - format.bitDepth, format.maximum)
    spread.withUnsafeBufferPointer { spread in
      wideTile.withUnsafeBufferPointer { tile in
        for y in lines {
          let tileRow = tile.baseAddress! + y % self.tile.period * period
          for start in stride(from: 0, to: count, by: period) {
            let piece = min(period, count - start)
            let strength = spread.baseAddress! + start
            switch format.bitDepth {
            case 8: WatermarkKernels.add8(plane.row8(y) + start, tileRow, strength, piece)
            case ...14: WatermarkKernels.add14(plane.row16(y) + start, tileRow, strength, piece, shift, maximum)
            default: WatermarkKernels.add16(plane.row16(y) + start, tileRow, strength, piece, shift, maximum)
            }
          }
        }
      }
    }
  }
}

import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct TileGridTests {
  /// The rows of vision.md §29: constants, frame, padded size, tiles across and down.
  @Test(
    arguments: [
      ([256, 16, 8], (1920, 1080), (2176, 1216), (9, 5)), ([128, 8, 4], (1920, 1080), (2048, 1208), (17, 10)),
      ([64, 4, 2], (426, 226), (484, 244), (8, 4)), ([1024, 64, 32], (1920, 1080), (2944, 1984), (3, 2)),
    ] as [([Int], (Int, Int), (Int, Int), (Int, Int))])
  func theTableOfTheText(constants: [Int], frame: (Int, Int), padded: (Int, Int), tiles: (Int, Int)) {
    let grid = TileGrid(
      frame: PixelSize(width: frame.0, height: frame.1),
      tiling: Tiling(edge: constants[0], border: constants[1], overlap: constants[2]))
    #expect(grid.paddedSize == PixelSize(width: padded.0, height: padded.1))
    #expect(grid.columns == tiles.0)
    #expect(grid.rows == tiles.1)
    #expect(grid.count == tiles.0 * tiles.1)
  }

  /// Counted as the text says: tiles start at 0, u, 2u … while start + overlap lies before the padded size − overlap.
  @Test func everySizeGetsTheTilesOfTheLoop() {
    let tiling = Tiling(edge: 20, border: 3, overlap: 2)
    for side in 1...70 {
      let grid = TileGrid(frame: PixelSize(width: side, height: 5), tiling: tiling)
      let right = 3 + 2 + 16 - (side + 6) % 16
      let padded = 5 + side + right
      #expect(grid.paddedSize.width == padded)
      let starts = stride(from: 0, to: 10_000, by: 16).prefix { $0 + 2 < padded - 2 }
      #expect(grid.columns == starts.count, "a frame \(side) wide")
    }
  }

  @Test(arguments: [(30, 20), (5, 1), (12, 12)])
  func aRepeatedEdgeGoesOnAroundTheFrame(width: Int, height: Int) {
    let frame = SyntheticFrame.picture(.noise(seed: 5), size: PixelSize(width: width, height: height))
    let grid = TileGrid(frame: frame.size, tiling: Tiling(edge: 12, border: 2, overlap: 3, repeatsEdge: true))
    let planes = Tensor(shape: [1, 3, 12, 12])
    for index in 0..<grid.count where !grid.target(index, scale: 1).isEmpty {
      let tile = grid.tile(index, of: frame)
      grid.fill(planes, with: frame, index)
      let numbers = planes.floats
      for y in 0..<12 {
        for x in 0..<12 {
          let column = min(max(index % grid.columns * 6 - 5 + x, 0), width - 1)
          let row = min(max(index / grid.columns * 6 - 5 + y, 0), height - 1)
          for channel in 0..<3 {
            let value = frame[column, row, channel]
            let number = numbers[(2 - channel) * 144 + y * 12 + x]
            if tile[x, y, channel] != value || number != Float(Double(value) / 255) {
              Issue.record("tile \(index) at \(x), \(y): \(tile[x, y, channel]), \(number), not \(value)")
            }
          }
        }
      }
    }
  }

  @Test func aTileIsThePartOfThePaddedFrame() {
    let frame = SyntheticFrame.picture(.noise(seed: 3), size: PixelSize(width: 23, height: 17))
    let grid = TileGrid(frame: frame.size, tiling: Tiling(edge: 12, border: 2, overlap: 1))
    for index in 0..<grid.count {
      let tile = grid.tile(index, of: frame)
      #expect(tile.size == PixelSize(width: 12, height: 12))
      let (left, top) = (index % grid.columns * 10 - 3, index / grid.columns * 10 - 3)
      for y in 0..<12 {
        for x in 0..<12 {
          let isInside = (0..<23).contains(left + x) && (0..<17).contains(top + y)
          let expected = isInside ? frame[left + x, top + y, 1] : 0
          if tile[x, y, 1] != expected { Issue.record("tile \(index) at \(x), \(y)") }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func tilesPutTogetherAreTheFrame(scale: Int) throws {
    let frame = SyntheticFrame.picture(.noise(seed: 5), size: PixelSize(width: 31, height: 26))
    let grid = TileGrid(frame: frame.size, tiling: Tiling(edge: 14, border: 1, overlap: 2))
    let tiles = (0..<grid.count).map { Self.repeated(grid.tile($0, of: frame), scale) }
    #expect(try grid.merge(tiles, scale: scale) == Self.repeated(frame, scale))
  }

  @Test func theWrongTilesAreAnError() throws {
    let grid = TileGrid(frame: PixelSize(width: 9, height: 9), tiling: Tiling(edge: 8, border: 1, overlap: 1))
    let tile = PixelBuffer8(size: PixelSize(width: 8, height: 8), channels: 3, repeating: 0)
    for wrong in [[tile], Array(repeating: tile, count: grid.count + 1)] {
      let error = try #require(throws: ProcessorsError.self) { try grid.merge(wrong, scale: 1) }
      #expect(error.code == .shape)
    }
    let error = try #require(throws: ProcessorsError.self) {
      try grid.merge(Array(repeating: tile, count: grid.count), scale: 2)
    }
    #expect(error.message.contains("16x16"))
  }

  static func repeated(_ picture: PixelBuffer8, _ scale: Int) -> PixelBuffer8 {
    let size = PixelSize(width: picture.width * scale, height: picture.height * scale)
    var result = PixelBuffer8(size: size, channels: picture.channels, repeating: 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<picture.channels { result[x, y, channel] = picture[x / scale, y / scale, channel] }
      }
    }
    return result
  }
}

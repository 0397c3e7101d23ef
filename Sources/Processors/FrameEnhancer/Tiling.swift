public import Imaging

/// How a frame is cut into tiles for a network of fixed input size (vision.md §29).
public struct Tiling: Sendable, Hashable {
  /// Side of a tile in pixels.
  public let edge: Int
  /// Pixels around the frame that take part in the result's grid.
  public let border: Int
  /// Pixels cut from each side of a tile's result: what the network saw too little around.
  public let overlap: Int
  /// Whether the frame's edge goes on around it. Else it lies on black, as in the peer, and the network darkens the rim.
  public let repeatsEdge: Bool

  /// - Precondition: Something is left of a tile when both overlaps are cut off.
  public init(edge: Int, border: Int, overlap: Int, repeatsEdge: Bool = false) {
    precondition(border >= 0 && overlap >= 0 && edge > 2 * overlap, "a tile is larger than its overlaps")
    self.edge = edge
    self.border = border
    self.overlap = overlap
    self.repeatsEdge = repeatsEdge
  }

  /// Side of the part of a tile that is used.
  public var inner: Int { edge - 2 * overlap }
}

/// The tiles of one frame, row by row.
///
/// The frame lies at (border + overlap) of the canvas; tiles start every `inner` pixels, and each gives the
/// `inner` · scale square in its middle. The squares cover the enlarged frame without gaps and without overlapping.
public struct TileGrid: Sendable, Hashable {
  public let frame: PixelSize
  public let tiling: Tiling

  public init(frame: PixelSize, tiling: Tiling) {
    self.frame = frame
    self.tiling = tiling
  }

  public var columns: Int { (frame.width + 2 * tiling.border) / tiling.inner + 1 }
  public var rows: Int { (frame.height + 2 * tiling.border) / tiling.inner + 1 }
  /// Number of tiles.
  public var count: Int { columns * rows }

  /// The canvas: pixels added left and above (border + overlap), right and below to whole tiles.
  public var paddedSize: PixelSize {
    PixelSize(
      width: columns * tiling.inner + 2 * tiling.overlap, height: rows * tiling.inner + 2 * tiling.overlap)
  }

  /// Left and top of a tile in frame pixels; negative in the border.
  func origin(_ index: Int) -> (x: Int, y: Int) {
    let margin = tiling.border + tiling.overlap
    return (index % columns * tiling.inner - margin, index / columns * tiling.inner - margin)
  }

  /// Where a tile's middle goes in the enlarged frame, cut to it. May be empty.
  func target(_ index: Int, scale: Int) -> PixelRectangle {
    let (x, y) = origin(index)
    let (left, top) = ((x + tiling.overlap) * scale, (y + tiling.overlap) * scale)
    let side = tiling.inner * scale
    return PixelRectangle(x1: left, y1: top, x2: left + side, y2: top + side)
      .clamped(to: PixelSize(width: frame.width * scale, height: frame.height * scale))
  }

  /// One tile of a picture; outside black or the picture's edge, as the tiling says.
  ///
  /// - Parameters:
  ///   - index: 0..<``count``.
  ///   - picture: of the size `frame`.
  public func tile(_ index: Int, of picture: PixelBuffer8) -> PixelBuffer8 {
    precondition(picture.size == frame, "the grid was made for a picture of another size")
    let (x, y) = origin(index)
    let size = PixelSize(width: tiling.edge, height: tiling.edge)
    guard tiling.repeatsEdge else { return place(picture, x: -x, y: -y, on: size) }
    var tile = PixelBuffer8(size: size, channels: picture.channels, repeating: 0)
    for row in 0..<size.height {
      let line = min(max(row + y, 0), frame.height - 1)
      for column in 0..<size.width {
        let from = min(max(column + x, 0), frame.width - 1)
        for channel in 0..<picture.channels { tile[column, row, channel] = picture[from, line, channel] }
      }
    }
    return tile
  }

  /// The enlarged frame made of all tiles' results.
  ///
  /// - Parameter results: one a tile, in order, each `edge` · scale pixels wide and high, with as many channels each.
  public func merge(_ results: [PixelBuffer8], scale: Int) throws -> PixelBuffer8 {
    let side = tiling.edge * scale
    guard results.count == count, let channels = results.first?.channels,
      results.allSatisfy({ $0.width == side && $0.height == side && $0.channels == channels })
    else {
      throw ProcessorsError(
        .shape,
        "\(results.count) tiles do not make a frame of \(frame) at scale \(scale); needed are \(count) of "
          + "\(side)x\(side).")
    }
    let size = PixelSize(width: frame.width * scale, height: frame.height * scale)
    // Every pixel is written by one tile, so nothing needs to be cleared.
    let length = size.area * channels
    let merged = [UInt8](unsafeUninitializedCapacity: length) { merged, filled in
      for (index, result) in results.enumerated() {
        let part = target(index, scale: scale)
        if part.isEmpty { continue }
        let (x, y) = origin(index)
        let count = (part.x2 - part.x1) * channels
        for row in part.y1..<part.y2 {
          let from = ((row - y * scale) * side + part.x1 - x * scale) * channels
          let to = (row * size.width + part.x1) * channels
          _ = merged[to..<to + count].initialize(fromContentsOf: result.samples[from..<from + count])
        }
      }
      filled = length
    }
    return PixelBuffer8(size: size, channels: channels, samples: merged)
  }
}

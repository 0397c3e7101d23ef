public import Imaging
public import Inference

/// Enlarges pictures with one network, tile by tile (vision.md §29). Owned by one worker.
///
/// Each tile's result goes straight into the 8-bit picture, so nothing of the enlarged size is ever held as floats.
public final class FrameUpscaler {
  public let model: FrameEnhancerModel
  private let network: BoundNetwork

  /// - Throws: ``ProcessorsError`` of code `model` when the network does not take [1,3,tile,tile] and give
  ///   [1,3,tile·scale,tile·scale] of float32.
  public init(session: InferenceSession, model: FrameEnhancerModel) throws {
    let side = model.tiling.edge
    self.model = model
    network = try BoundNetwork(
      session, inputs: ["input": [1, 3, side, side]], outputs: [[1, 3, side * model.scale, side * model.scale]])
  }

  /// The picture, B, G, R, `scale` times as wide and high: round(bilinear · (1 − blend) + network · blend), where the
  /// network's values are cut to 8 bit first.
  ///
  /// - Parameter blend: 0…1.
  /// - Throws: ``ProcessorsError`` of code `model` for an output that is not a number, and the session's errors.
  public func enlarge(_ picture: PixelBuffer8, blend: Double = 1) throws -> PixelBuffer8 {
    let grid = TileGrid(frame: picture.size, tiling: model.tiling)
    let size = PixelSize(width: picture.width * model.scale, height: picture.height * model.scale)
    var result = blend >= 1 ? PixelBuffer8(size: size, channels: 3, repeating: 0) : resize(picture, to: size)
    guard blend > 0, size.area > 0 else { return result }
    let mixing = blend >= 1 ? nil : TileMixing(old: Float(1 - blend), new: Float(blend))
    for index in 0..<grid.count {
      if grid.target(index, scale: model.scale).isEmpty { continue }
      grid.fill(network.input("input"), with: picture, index)
      try network.run()
      grid.put(network.output(), index, scale: model.scale, mixing, into: &result)
    }
    return result
  }
}

extension TileGrid {
  /// Fills a network's input [1, 3, edge, edge] with tile `index`: planes R, G, B of value / 255; outside of the picture
  /// 0 or its edge, as the tiling says.
  ///
  /// - Parameter picture: B, G, R, of the size `frame`.
  public func fill(_ input: Tensor, with picture: PixelBuffer8, _ index: Int) {
    precondition(picture.size == frame && picture.channels == 3, "the grid was made for another picture")
    input.withMutableFloats { TilePlanes.fill($0, with: picture, self, index) }
  }

  /// Puts what belongs to the frame of a network's output [1, 3, edge · scale, edge · scale] for tile `index` into the
  /// enlarged frame, B, G, R: value · 255, kept within 0…255, cut.
  ///
  /// - Parameter mixing: nil = it takes the place of what stands there.
  public func put(_ output: Tensor, _ index: Int, scale: Int, _ mixing: TileMixing?, into result: inout PixelBuffer8) {
    precondition(
      result.width == frame.width * scale && result.height == frame.height * scale && result.channels == 3,
      "the picture has the enlarged frame's size")
    let (part, width) = (target(index, scale: scale), result.width)
    if part.isEmpty { return }
    output.withMutableFloats { planes in
      result.samples.withUnsafeMutableBufferPointer { target in
        TilePlanes.write(UnsafeBufferPointer(planes), self, index, scale: scale, part, mixing, to: target, width: width)
      }
    }
  }
}

/// How a tile's result is mixed into what stands there: round(old · before + new · result) (vision.md §2.5).
public struct TileMixing: Sendable, Hashable {
  let old: Float
  let new: Float
}

/// Between pictures and the planes of a tile.
enum TilePlanes {
  static func fill(
    _ planes: UnsafeMutableBufferPointer<Float>, with picture: PixelBuffer8, _ grid: TileGrid, _ index: Int
  ) {
    let edge = grid.tiling.edge
    let (x, y) = grid.origin(index)
    let columns = max(x, 0)..<max(min(x + edge, picture.width), max(x, 0))
    let rows = max(y, 0)..<max(min(y + edge, picture.height), max(y, 0))
    guard let base = planes.baseAddress, planes.count >= 3 * edge * edge else { return }
    if columns.count < edge || rows.count < edge { base.update(repeating: 0, count: 3 * edge * edge) }
    ChannelLevels.unit.values.withUnsafeBufferPointer { table in
      picture.samples.withUnsafeBufferPointer { samples in
        guard let samples = samples.baseAddress, let table = table.baseAddress else { return }
        for row in rows {
          var pixel = samples + (row * picture.width + columns.lowerBound) * 3
          let blue = base + (2 * edge + row - y) * edge + columns.lowerBound - x
          let green = blue - edge * edge
          let red = green - edge * edge
          for column in 0..<columns.count {
            blue[column] = table[Int(pixel[0])]
            green[column] = table[Int(pixel[1])]
            red[column] = table[Int(pixel[2])]
            pixel += 3
          }
        }
      }
    }
    if grid.tiling.repeatsEdge, !columns.isEmpty, !rows.isEmpty {
      let inside = PixelRectangle(
        x1: columns.lowerBound - x, y1: rows.lowerBound - y, x2: columns.upperBound - x, y2: rows.upperBound - y)
      for plane in 0..<3 { spread(base + plane * edge * edge, edge, inside) }
    }
  }

  /// Repeats the rim of what is filled up to the edges of a plane.
  private static func spread(_ plane: UnsafeMutablePointer<Float>, _ edge: Int, _ filled: PixelRectangle) {
    for row in filled.y1..<filled.y2 {
      let line = plane + row * edge
      for column in 0..<filled.x1 { line[column] = line[filled.x1] }
      for column in filled.x2..<max(edge, filled.x2) { line[column] = line[filled.x2 - 1] }
    }
    for row in 0..<filled.y1 { (plane + row * edge).update(from: plane + filled.y1 * edge, count: edge) }
    for row in filled.y2..<max(edge, filled.y2) {
      (plane + row * edge).update(from: plane + (filled.y2 - 1) * edge, count: edge)
    }
  }

  static func write(
    _ planes: UnsafeBufferPointer<Float>, _ grid: TileGrid, _ index: Int, scale: Int, _ part: PixelRectangle,
    _ mixing: TileMixing?, to target: UnsafeMutableBufferPointer<UInt8>, width: Int
  ) {
    let side = grid.tiling.edge * scale
    guard let base = planes.baseAddress, let target = target.baseAddress, planes.count >= 3 * side * side else {
      return
    }
    let (x, y) = grid.origin(index)
    let bytes = PlanarBytes(.unit, rounds: false)
    let length = part.x2 - part.x1
    for row in part.y1..<part.y2 {
      let red = base + (row - y * scale) * side + part.x1 - x * scale
      let (green, blue) = (red + side * side, red + 2 * side * side)
      let line = target + (row * width + part.x1) * 3
      if let mixing {
        bytes.mix(blue, green, red, count: length, old: mixing.old, new: mixing.new, to: line)
      } else {
        bytes.put(blue, green, red, count: length, to: line)
      }
    }
  }
}

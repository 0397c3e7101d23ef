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
      let part = grid.target(index, scale: model.scale)
      if part.isEmpty { continue }
      network.input("input").withMutableFloats { TilePlanes.fill($0, with: picture, grid, index) }
      try network.run()
      network.output().withMutableFloats { planes in
        result.samples.withUnsafeMutableBufferPointer { target in
          TilePlanes.write(
            UnsafeBufferPointer(planes), grid, index, scale: model.scale, part, mixing, to: target, width: size.width)
        }
      }
    }
    return result
  }
}

/// How a tile's result is mixed into what stands there: round(old · before + new · result) (vision.md §2.5).
struct TileMixing {
  let old: Float
  let new: Float
}

/// Between pictures and the planes of a tile.
enum TilePlanes {
  /// Writes tile `index` as planes R, G, B of value / 255, 0 outside of the picture.
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
  }

  /// Puts the part of a tile's result that belongs to `part` into a B, G, R picture of this width: value · 255, kept
  /// within 0…255, cut.
  static func write(
    _ planes: UnsafeBufferPointer<Float>, _ grid: TileGrid, _ index: Int, scale: Int, _ part: PixelRectangle,
    _ mixing: TileMixing?, to target: UnsafeMutableBufferPointer<UInt8>, width: Int
  ) {
    let side = grid.tiling.edge * scale
    guard let base = planes.baseAddress, let target = target.baseAddress, planes.count >= 3 * side * side else {
      return
    }
    let (x, y) = grid.origin(index)
    for row in part.y1..<part.y2 {
      let red = base + (row - y * scale) * side + part.x1 - x * scale
      let line = target + (row * width + part.x1) * 3
      let length = part.x2 - part.x1
      for plane in 0..<3 {
        let values = red + (2 - plane) * side * side
        if let mixing {
          mix(values, mixing, into: line + plane, length)
        } else {
          put(values, into: line + plane, length)
        }
      }
    }
  }

  private static func put(_ values: UnsafePointer<Float>, into line: UnsafeMutablePointer<UInt8>, _ length: Int) {
    var at = line
    for column in 0..<length {
      at.pointee = byte(values[column])
      at += 3
    }
  }

  private static func mix(
    _ values: UnsafePointer<Float>, _ mixing: TileMixing, into line: UnsafeMutablePointer<UInt8>, _ length: Int
  ) {
    var at = line
    for column in 0..<length {
      let sum = (Float(byte(values[column])) * mixing.new).addingProduct(mixing.old, Float(at.pointee))
      at.pointee = UInt8(truncatingIfNeeded: roundToInt(clamp(sum, 0, 255)))
      at += 3
    }
  }

  @inline(__always)
  private static func byte(_ value: Float) -> UInt8 {
    let scaled = value * 255
    let low = scaled > 0 ? scaled : 0
    return UInt8(truncatingIfNeeded: Int32(low < 255 ? low : 255))
  }
}

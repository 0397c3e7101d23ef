import Imaging
import Processors
import TestSupport

/// The group `frame_enhance`: tiles, their merge, and whole enlarged frames (vision.md §29).
///
/// A table of frame sizes gives tile counts; a frame with the constants of tiles is cut and put together again, its
/// tiles enlarged by repeating pixels; a frame with a model is enlarged.
enum FrameEnhanceCases: ParityGroup {
  static let groups = ["frame_enhance"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if let frame = run.parityCase.inputs.first(where: { $0.name == "frame" }) {
      let picture = try run.picture(frame.name)
      if let constants = constants(run) {
        try cut(picture, constants, run, &outputs)
      } else {
        try enlarge(picture, run, &outputs)
      }
    }
    for value in run.parityCase.values where value.value.list?.first?["frame_width_height"] != nil {
      outputs.add(value: value.name, try .list((value.value.list ?? []).map(tableRow)))
    }
    return outputs
  }

  private static func enlarge(_ frame: PixelBuffer8, _ run: ParityRun, _ outputs: inout ParityOutputs) throws {
    let name = run.text("frame_enhancer_model") ?? run.parityCase.models.first ?? FrameEnhancerModel.defaultName
    let model = try FrameEnhancerModel.named(name)
    let worker = FrameEnhancerWorker(
      upscaler: try FrameUpscaler(session: run.session(model.id), model: model),
      blend: run.number("frame_enhancer_blend", 80) / 100)
    let mask = run.hasInput("vision_mask") ? try run.picture("vision_mask") : nil
    var work = PictureWork(picture: frame, mask: mask, target: frame, faces: [], chosen: [])
    _ = try worker.process(&work)
    outputs.add("result", work.picture)
    if let mask = work.mask { outputs.add("vision_mask_result", mask) }
  }

  /// Tiles by number or `tile_last`, and `merged` at the scale that its expected size tells.
  private static func cut(
    _ frame: PixelBuffer8, _ tiling: Tiling, _ run: ParityRun, _ outputs: inout ParityOutputs
  ) throws {
    let grid = TileGrid(frame: frame.size, tiling: tiling)
    let tiles = (0..<grid.count).map { grid.tile($0, of: frame) }
    for output in run.parityCase.outputs where output.name.hasPrefix("tile_") {
      let index = Int(output.name.dropFirst(5)) ?? tiles.count - 1
      if tiles.indices.contains(index) { outputs.add(output.name, tiles[index]) }
    }
    if let merged = run.parityCase.outputs.first(where: { $0.name == "merged" }), merged.shape.count == 3 {
      let scale = max(merged.shape[1] / max(frame.width, 1), 1)
      outputs.add("merged", try grid.merge(tiles.map { repeating($0, scale) }, scale: scale))
    }
    outputs.add(value: "tiles", .number(Double(grid.count)))
    outputs.add(value: "padded_width_height", pair(grid.paddedSize))
  }

  private static func tableRow(_ row: JSONValue) throws -> JSONValue {
    guard let frame = row["frame_width_height"]?.numbers, frame.count == 2,
      let tiling = row["tile_border_overlap"]?.numbers.map({ Int($0) }), tiling.count == 3
    else { throw TestSupportError(.caseInvalid, "A row of the table of tiles has no frame or no constants.") }
    let size = PixelSize(width: Int(frame[0]), height: Int(frame[1]))
    let grid = TileGrid(frame: size, tiling: Tiling(edge: tiling[0], border: tiling[1], overlap: tiling[2]))
    let picture = PixelBuffer8(size: size, channels: 3, repeating: 0)
    func shape(_ index: Int) -> JSONValue {
      let tile = grid.tile(index, of: picture)
      return .list([tile.height, tile.width, tile.channels].map { .number(Double($0)) })
    }
    return .object([
      "frame_width_height": .list(frame.map { .number($0) }),
      "tile_border_overlap": .list(tiling.map { .number(Double($0)) }),
      "tiles": .number(Double(grid.count)), "tile_shape": shape(0), "last_tile_shape": shape(grid.count - 1),
      "padded_width_height": pair(grid.paddedSize),
    ])
  }

  private static func constants(_ run: ParityRun) -> Tiling? {
    let value = run.parityCase.options["tile_border_overlap"] ?? (try? run.parityCase.argument("tile_border_overlap"))
    guard let numbers = value?.numbers.map({ Int($0) }), numbers.count == 3 else { return nil }
    return Tiling(edge: numbers[0], border: numbers[1], overlap: numbers[2])
  }

  private static func repeating(_ tile: PixelBuffer8, _ times: Int) -> PixelBuffer8 {
    let size = PixelSize(width: tile.width * times, height: tile.height * times)
    var result = PixelBuffer8(size: size, channels: tile.channels, repeating: 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<tile.channels { result[x, y, channel] = tile[x / times, y / times, channel] }
      }
    }
    return result
  }

  private static func pair(_ size: PixelSize) -> JSONValue {
    .list([.number(Double(size.width)), .number(Double(size.height))])
  }
}

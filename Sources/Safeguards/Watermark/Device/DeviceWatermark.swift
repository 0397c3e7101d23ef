public import DeviceImaging
public import Imaging
public import Inference

/// Marks frames of one size and format on a card, in place, to the bit as ``WatermarkEmbedder`` does on the processor.
///
/// One worker owns it and puts all its work into one stream; nothing is allocated per frame and nothing copied. The mark
/// is added to the luma plane, or equally to R, G and B. A picture narrower or lower than 8 pixels is left alone.
public final class DeviceWatermark {
  public let size: PixelSize
  public let format: PixelFormat

  private let kernels: DeviceMarkKernels
  private let columns: Int
  private let rows: Int
  private let memory: DeviceMemory
  /// What follows the frame in the struct `WatermarkArguments` of `watermark.cu`, for each of the two rounds.
  private let constants: [KernelArguments]

  /// Brings tile and weights to the card.
  ///
  /// - Parameter stream: of the worker; every frame must be marked on it.
  /// - Throws: `deviceOutOfMemory`: about a sixth of a byte a pixel is needed, and the tile.
  init(
    tile: WatermarkTile, size: PixelSize, format: PixelFormat, kernels: DeviceMarkKernels, on stream: CUDAStream
  ) throws {
    self.size = size
    self.format = format
    self.kernels = kernels
    columns = (size.width + 7) / 8
    rows = (size.height + 7) / 8
    let strength = WatermarkStrength()
    let classes = WatermarkStrength.classes
    var parts = BlockParts()
    let steps = parts.add(size.width * rows)
    let places = parts.add(2 * columns * rows)
    let counts = parts.add(4 * classes)
    let answers = parts.add(2 * Self.nodes)
    let levels = parts.add(2 * classes)
    let weights = parts.add(4 * classes)
    let pattern = parts.add(2 * tile.values.count)
    let memory = try DeviceMemory(byteCount: parts.byteCount, on: stream.context)
    try stream.upload(strength.weights, to: memory.bytes(at: weights, count: 4 * classes))
    try stream.upload(tile.values, to: memory.bytes(at: pattern, count: 2 * tile.values.count))
    self.memory = memory

    var constants = KernelArguments()
    constants.append(
      contentsOf: [steps, places, counts, answers, levels, weights, pattern].map { memory.address + UInt64($0) })
    constants.append(contentsOf: [tile.period, columns, rows, format.bitDepth - 8].map { Int32($0) })
    constants.append(
      contentsOf: [
        WatermarkStrength.least, WatermarkStrength.most, strength.highest, WatermarkStrength.allowed(columns * rows),
        WatermarkEmbedder.levelScale,
      ])
    self.constants = (0..<2).map { round in
      var constants = constants
      constants.append(Int32(round))
      return constants
    }
  }

  /// `LK_NODES`: each of the two rounds of the search for the factor has so many threads.
  private static let nodes = 256

  /// Adds the mark to a frame of this size and format. Whoever uses the frame next waits for the stream, or for
  /// `markWritten(on:)`, which is the caller's to call.
  ///
  /// The samples change with the last launch alone: when this throws, the frame is as it was.
  ///
  /// - Throws: ``SafeguardsError`` (`marking`) for a frame of another size or format, or what the card throws.
  public func mark(_ frame: DeviceFrame, on stream: CUDAStream) throws {
    guard frame.size == size, frame.format == format else {
      throw SafeguardsError.wrongFrame(frame.size, expected: size)
    }
    guard size.width >= 8, size.height >= 8 else { return }
    try frame.wait(on: stream)
    let lines = LaunchGrid(width: size.width, height: rows)
    try kernels.steps.launch(on: stream, lines, arguments(frame))
    try kernels.classes.launch(on: stream, LaunchGrid(width: columns, height: rows), arguments(frame))
    for round in 0..<2 {
      try kernels.search.launch(on: stream, Self.search, arguments(frame, round: round))
    }
    try kernels.levels.launch(on: stream, LaunchGrid(count: WatermarkStrength.classes), arguments(frame))
    try kernels.add.launch(on: stream, lines, arguments(frame))
  }

  /// Few threads with much to do: spread over many of the card's processors.
  private static let search = LaunchGrid(blocks: .init(nodes / 32), threads: .init(32))

  private func arguments(_ frame: DeviceFrame, round: Int = 0) -> KernelArguments {
    var arguments = frame.arguments
    arguments.append(constants[round])
    return arguments
  }
}

/// Places one behind the other in a block of memory, each at a multiple of 256 bytes.
private struct BlockParts {
  private(set) var byteCount = 0

  /// Where the part begins.
  mutating func add(_ count: Int) -> Int {
    defer { byteCount += (count + 255) / 256 * 256 }
    return byteCount
  }
}

extension WatermarkPlan {
  /// Makes what marks frames of one size and format on a card. Each worker needs one of its own.
  public func makeDeviceWatermark(
    size: PixelSize, format: PixelFormat, kernels: DeviceMarkKernels, on stream: CUDAStream
  ) throws -> DeviceWatermark {
    try DeviceWatermark(tile: tile(for: size), size: size, format: format, kernels: kernels, on: stream)
  }
}

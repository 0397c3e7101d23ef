import Imaging
public import Inference

extension DeviceImager {
  /// A tiny picture of the frame's brightness: `columns` · `rows` values 0…255. Equal to `Frame.lumaThumbnail`.
  ///
  /// Waits for the stream.
  public func lumaThumbnail(
    of frame: DeviceFrame, columns: Int, rows: Int, on stream: CUDAStream
  ) throws -> [UInt8] {
    precondition(columns > 0 && rows > 0, "a thumbnail has columns and rows")
    guard frame.size.area > 0 else { return Array(repeating: 0, count: columns * rows) }
    let cells = try DeviceMemory(byteCount: columns * rows, from: stream)
    let coefficients = YUVCoefficients(format: frame.format, color: frame.color, height: frame.size.height)
    var arguments = frame.arguments
    arguments.append(cells.address)
    arguments.append(contentsOf: [Int32(columns), Int32(rows)])
    arguments.append(contentsOf: [coefficients.red, coefficients.green, coefficients.blue])
    let isColor = frame.format.layout == .interleavedRGB
    arguments.append(isColor ? 0 : coefficients.lumaOffset)
    arguments.append(isColor ? Float(frame.format.maximum) : coefficients.lumaScale)
    arguments.append(Int32(0))
    try frame.wait(on: stream)
    try thumbnailKernels.kernel("frame_thumbnail").launch(
      on: stream, LaunchGrid(width: columns, height: rows), arguments)
    return try stream.elements(cells.bytes)
  }
}

extension Frame {
  /// A tiny picture of the frame's brightness, for finding scene cuts: `columns` · `rows` values 0…255, row-major.
  ///
  /// Each value is the mean over at most 8 × 8 pixels spread evenly over its cell, as full-range 8-bit luma; RGB pixels
  /// count with the weights of the frame's matrix. Cells of a picture smaller than the grid repeat pixels. A frame that
  /// lies only on a card is looked at there, if the card can.
  public func lumaThumbnail(columns: Int, rows: Int) -> [UInt8] {
    precondition(columns > 0 && rows > 0, "a thumbnail has columns and rows")
    guard size.width > 0, size.height > 0 else { return Array(repeating: 0, count: columns * rows) }
    if !hasHost, let cells = device?.lumaThumbnail(columns: columns, rows: rows) { return cells }
    return format.bytesPerSample == 1
      ? thumbnail(columns, rows, UInt8.self) : thumbnail(columns, rows, UInt16.self)
  }

  private func thumbnail<Sample: PairSample>(_ columns: Int, _ rows: Int, _: Sample.Type) -> [UInt8] {
    let coefficients = YUVCoefficients(format: format, color: color, height: size.height)
    let isColor = format.layout == .interleavedRGB
    let weights = SIMD3(coefficients.red, coefficients.green, coefficients.blue)
    let channels = isColor ? (format.hasAlpha ? 4 : 3) : 1
    let plane = planes[0]
    let xs = Self.positions(columns, size.width)
    let ys = Self.positions(rows, size.height)
    let (offset, scale) =
      isColor ? (0, Float(format.maximum)) : (coefficients.lumaOffset, coefficients.lumaScale)
    var result: [UInt8] = []
    result.reserveCapacity(columns * rows)
    for cellRow in ys {
      for cell in xs {
        var sum: Float = 0
        for y in cellRow {
          let line = (plane.base + y * plane.stride).assumingMemoryBound(to: Sample.self)
          for x in cell {
            let pixel = line + x * channels
            sum +=
              isColor
              ? (SIMD3(Float(pixel[0]), Float(pixel[1]), Float(pixel[2])) * weights).sum() : Float(pixel[0])
          }
        }
        let mean = sum / Float(cell.count * cellRow.count)
        result.append(UInt8(nearest: (mean - offset) / scale * 255, 255))
      }
    }
    return result
  }

  /// For each of `count` cells over `length` pixels: up to eight positions, evenly spread.
  private static func positions(_ count: Int, _ length: Int) -> [[Int]] {
    (0..<count).map { cell in
      let start = min(cell * length / count, length - 1)
      let end = max((cell + 1) * length / count, start + 1)
      let taken = min(end - start, 8)
      return (0..<taken).map { start + ($0 * 2 + 1) * (end - start) / (taken * 2) }
    }
  }
}

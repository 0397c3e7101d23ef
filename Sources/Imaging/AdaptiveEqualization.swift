/// Contrast-limited adaptive histogram equalisation of an 8-bit plane: clip limit 2, 8 × 8 tiles (spec vision §2.8).
///
/// Each tile has a look-up table of its clipped histogram; a pixel takes the bilinear mix of the four nearest tiles'.
/// Sides that are no multiple of 8 are continued by mirroring while the tiles are counted.
public func equalizeAdaptively(_ plane: PixelBuffer8) -> PixelBuffer8 {
  precondition(plane.channels == 1, "the equalisation takes one plane")
  guard plane.size.area > 0 else { return plane }
  let fits = plane.width % 8 == 0 && plane.height % 8 == 0
  let tile = PixelSize(
    width: fits ? plane.width / 8 : (plane.width + 8 - plane.width % 8) / 8,
    height: fits ? plane.height / 8 : (plane.height + 8 - plane.height % 8) / 8)
  let tables = (0..<64).map { tileTable(plane, tile, column: $0 % 8, row: $0 / 8) }
  let across = (0..<plane.width).map { neighbours($0, tile.width) }
  let down = (0..<plane.height).map { neighbours($0, tile.height) }
  var result = plane
  for y in 0..<plane.height {
    let (top, bottom, fy) = down[y]
    for x in 0..<plane.width {
      let (left, right, fx) = across[x]
      let value = Int(plane[x, y])
      let upper = tables[top * 8 + left][value] * (1 - fx) + tables[top * 8 + right][value] * fx
      let lower = tables[bottom * 8 + left][value] * (1 - fx) + tables[bottom * 8 + right][value] * fx
      result[x, y] = UInt8((upper * (1 - fy) + lower * fy).rounded(.toNearestOrEven))
    }
  }
  return result
}

/// The tiles before and after a position along one axis, and how far it is from the first one's middle to the second's.
private func neighbours(_ position: Int, _ length: Int) -> (Int, Int, Float) {
  let place = Float(position) / Float(length) - 0.5
  let tile = place.rounded(.down)
  return (min(max(Int(tile), 0), 7), min(max(Int(tile) + 1, 0), 7), place - tile)
}

/// 255 · cumulative share of the clipped histogram; the excess is spread evenly, its remainder in steps.
private func tileTable(_ plane: PixelBuffer8, _ tile: PixelSize, column: Int, row: Int) -> [Float] {
  var histogram = [Int](repeating: 0, count: 256)
  for y in row * tile.height..<(row + 1) * tile.height {
    for x in column * tile.width..<(column + 1) * tile.width {
      histogram[Int(plane[mirroredIndex(x, plane.width), mirroredIndex(y, plane.height)])] += 1
    }
  }
  let limit = max(2 * tile.area / 256, 1)
  let excess = histogram.reduce(0) { $0 + max($1 - limit, 0) }
  histogram = histogram.map { min($0, limit) + excess / 256 }
  let rest = excess % 256
  if rest > 0 {
    let step = max(256 / rest, 1)
    for index in stride(from: 0, to: 256, by: step).prefix(rest) { histogram[index] += 1 }
  }
  let scale = 255 / Float(tile.area)
  var sum = 0
  return histogram.map { count in
    sum += count
    return min((Float(sum) * scale).rounded(.toNearestOrEven), 255)
  }
}

package import Imaging

/// Paints the new face at the window's full size: the photo's pixels under the target's light over the target's own
/// pixels in the moved form. Belongs to one worker.
package final class FaceRender {
  /// A share of the face below this changes no 8-bit value.
  private static let least: Float = 1 / 1024
  /// Above this the target's own pixels do not show.
  private static let full: Float = 1 - 1 / 2048

  let raster = MeshRaster()
  private let previousRaster = MeshRaster()
  private(set) var side = 0
  /// The part of the window that may change.
  private(set) var rows = 0..<0
  private(set) var columns = 0..<0
  /// new − old in that part, with a rim of zeros one pixel wide.
  private let difference = Scratch<Float4>()
  private let pasteWork = Scratch<Float>()
  /// By row of the patch: the first column and one past the last that may not be zero.
  private let filled = Scratch<SIMD2<Int32>>()
  private let values = Scratch<Float8>(SwapTopology.pointCount)
  private let netAxis = SampleAxis(cells: NetSamples.side)
  private let gridAxis = SampleAxis(cells: LightGrid.side)
  private let mixed = Scratch<Bool>(MeshRaster.maximumTriangles + 1)
  private let previousMixed = Scratch<Bool>(MeshRaster.maximumTriangles + 1)
  private let mouth = OpeningMask()
  private let leftEye = OpeningMask()
  private let rightEye = OpeningMask()
  private let faceRow = Scratch<Float>()
  private let maskRow = Scratch<Float>()
  private let gainRow = Scratch<Float4>()
  private let mirrorRow = Scratch<Float4>()
  private let litRow = Scratch<Float4>()
  private let previousRow = Scratch<Float4>()
  private let places = RowPlaces()
  private let softRow = Scratch<Float>(NetSamples.side + 1)
  private let gridRow = Scratch<Float4>(LightGrid.side + 1)

  private var patchWidth: Int { columns.count + 2 }

  /// new − old of window row `y` in ``rows``, indexed by window column.
  func row(_ y: Int) -> UnsafeMutablePointer<Float4> {
    difference.base + (y - rows.lowerBound + 1) * patchWidth + 1 - columns.lowerBound
  }

  /// The change as a patch for the frame; nil when nothing changes. Valid until the next call of ``paint``.
  package func patch(_ transform: AffineTransform, for frame: Frame) -> FramePatch? {
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    pasteWork.reserve(2 * (frame.size.width + 16))
    var shifted = transform
    shifted.c -= Double(columns.lowerBound - 1)
    shifted.f -= Double(rows.lowerBound - 1)
    return FramePatch(
      change: UnsafePointer(difference.base), size: PixelSize(width: patchWidth, height: rows.count + 2),
      transform: shifted, filled: UnsafePointer(filled.base), work: pasteWork.base)
  }

  /// - Parameters:
  ///   - slot: a face whose light has been worked out.
  ///   - soft: 112×112, the soft edge times everything that masks leave.
  ///   - mask: side² values to receive what is pasted, or nil.
  package func paint(
    _ slot: FaceSlot, sources: SourceSet, keepsEyes: Bool, soft: UnsafePointer<Float>, topology: SwapTopology,
    mask: UnsafeMutablePointer<Float>? = nil
  ) {
    reserve(slot.window.side)
    let photo = sources.photos[slot.choice.photo]
    let lit = draw(raster, photo, slot, topology, mixed: mixed)
    let before = slot.choice.previous.map {
      draw(previousRaster, sources.photos[$0], slot, topology, mixed: previousMixed)
    }
    drawOpenings(slot, keepsEyes: keepsEyes, topology: topology)
    makePatch()
    slot.pixels.storage.withUnsafeBufferPointer { pixels in
      guard let pixels = pixels.baseAddress else { return }
      for y in rows {
        // What was not read from the frame cannot be painted.
        let columns = raster.span(y).clamped(to: slot.area.columns[y])
        guard clearOutside(y, columns) else { continue }
        fillMasks(y, columns, soft: soft, keepsEyes: keepsEyes)
        if let mask {
          (mask + y * side + columns.lowerBound).update(
            from: maskRow.base + columns.lowerBound, count: columns.count)
        }
        if let before { paint(y, columns, before, slot.previousLight, previousRaster, into: previousRow) }
        paint(y, columns, lit, slot.light, raster, into: litRow)
        compose(y, columns, pixels, fade: before == nil ? 1 : slot.choice.share)
      }
    }
  }

  /// One row of a photo under the target's light.
  private func paint(
    _ y: Int, _ columns: Range<Int>, _ texture: LitTexture, _ light: PhotoLight, _ raster: MeshRaster,
    into row: Scratch<Float4>
  ) {
    places.fill(raster.keys + y * raster.stride, columns, y: float(y), texture: texture)
    expand(UnsafePointer(light.direct.base), y, columns, into: gainRow.base)
    for run in 0..<places.mixedCount {
      expand(UnsafePointer(light.mirrored.base), y, places.mixed(run), into: mirrorRow.base)
    }
    texture.paint(columns, places: places, gains: gainRow.base, mirrorGains: mirrorRow.base, into: row.base)
  }

  /// Lays the patch around what the raster covers.
  private func makePatch() {
    rows = raster.rows
    columns = 0..<0
    for y in rows {
      let span = raster.span(y)
      guard !span.isEmpty else { continue }
      columns =
        columns.isEmpty
        ? span : min(columns.lowerBound, span.lowerBound)..<max(columns.upperBound, span.upperBound)
    }
    difference.reserve(patchWidth * (rows.count + 2))
    filled.reserve(rows.count + 2)
    filled.base[0] = .zero
    filled.base[rows.count + 1] = .zero
    difference.base.update(repeating: .zero, count: patchWidth)
    (difference.base + (rows.count + 1) * patchWidth).update(repeating: .zero, count: patchWidth)
  }

  /// Zeros to both sides of what a row covers; false when it covers nothing.
  private func clearOutside(_ y: Int, _ span: Range<Int>) -> Bool {
    let line = row(y)
    let offset = 1 - columns.lowerBound
    filled.base[y - rows.lowerBound + 1] =
      span.isEmpty ? .zero : SIMD2(Int32(span.lowerBound + offset), Int32(span.upperBound + offset))
    let end = columns.upperBound + 1
    let first = span.isEmpty ? end : span.lowerBound
    (line + columns.lowerBound - 1).update(repeating: .zero, count: first - columns.lowerBound + 1)
    if !span.isEmpty { (line + span.upperBound).update(repeating: .zero, count: end - span.upperBound) }
    return !span.isEmpty
  }

  private func reserve(_ side: Int) {
    self.side = side
    faceRow.reserve(side)
    maskRow.reserve(side)
    gainRow.reserve(side)
    mirrorRow.reserve(side)
    litRow.reserve(side)
    previousRow.reserve(side)
    places.reserve(side: side)
    netAxis.prepare(side: side)
    gridAxis.prepare(side: side)
  }

  private func draw(
    _ raster: MeshRaster, _ photo: SourceFace, _ slot: FaceSlot, _ topology: SwapTopology, mixed: Scratch<Bool>
  ) -> LitTexture {
    let level = photo.level(for: side)
    FieldValues.fill(values.base, source: level, photo: photo, own: slot.mesh, topology: topology)
    raster.draw(slot.formed, side: side, topology: topology, values: values.base, more: nil)
    // A bilinear fetch reads a right and a lower neighbour, so the window's last pixel is left by a hair.
    let limits = FieldValues.limits(texture: level.texture, last: Float(side) - 1.001)
    return LitTexture(
      fields: raster.fields, isMixed: findMixed(photo, topology, into: mixed), pixels: level.texture.base,
      stride: level.texture.stride, side: side, photoLimit: SIMD2(limits.0.x, limits.0.y),
      windowLimit: SIMD2(limits.0.z, limits.0.w))
  }

  /// The triangles on which some pixel may take a visible part from the mirror image.
  private func findMixed(
    _ photo: SourceFace, _ topology: SwapTopology, into mixed: Scratch<Bool>
  ) -> UnsafePointer<Bool> {
    for (number, corners) in topology.triangles.enumerated() {
      var (seen, mirrored) = (Float(1), Float(0))
      for corner in 0..<3 {
        let point = Int(corners[corner])
        seen = min(seen, photo.facing[point])
        mirrored = max(mirrored, photo.facing[topology.mirror[point]])
      }
      mixed.base[number] = (1 - seen) * mirrored > LitTexture.leastMirror
    }
    return UnsafePointer(mixed.base)
  }

  private func drawOpenings(_ slot: FaceSlot, keepsEyes: Bool, topology: SwapTopology) {
    mouth.draw(slot.formed, topology.mouth, side: side)
    guard keepsEyes else { return }
    leftEye.draw(slot.formed, topology.leftEye, side: side)
    rightEye.draw(slot.formed, topology.rightEye, side: side)
  }

  /// Face area (soft edge inside the mesh) and mask (without openings) of a row.
  private func fillMasks(_ y: Int, _ columns: Range<Int>, soft: UnsafePointer<Float>, keepsEyes: Bool) {
    let row = Int(netAxis.index[y])
    let upper = soft + row * NetSamples.side
    let lower = soft + min(row + 1, NetSamples.side - 1) * NetSamples.side
    let part = netAxis.part[y]
    for x in 0..<NetSamples.side { softRow.base[x] = mix(upper[x], lower[x], part) }
    softRow.base[NetSamples.side] = softRow.base[NetSamples.side - 1]
    let keys = raster.keys + y * raster.stride
    let (index, parts) = (netAxis.index, netAxis.part)
    for x in columns {
      let at = softRow.base + Int(index[x])
      let value = mix(at[0], at[1], parts[x])
      faceRow.base[x] = keys[x] == MeshRaster.uncovered || value < FaceRender.least ? 0 : value
    }
    (maskRow.base + columns.lowerBound).update(from: faceRow.base + columns.lowerBound, count: columns.count)
    cut(mouth, y, columns)
    if keepsEyes {
      cut(leftEye, y, columns)
      cut(rightEye, y, columns)
    }
  }

  private func cut(_ opening: OpeningMask, _ y: Int, _ columns: Range<Int>) {
    guard opening.rows.contains(y) else { return }
    let values = opening.row(y)
    let first = opening.columns.lowerBound
    for x in columns.clamped(to: opening.columns) { maskRow.base[x] *= 1 - values[x - first] }
  }

  /// e to the log gain over 2.2, over 255, for some pixels of a row: what an 8-bit display value is multiplied by.
  private func expand(
    _ grid: UnsafePointer<Float4>, _ y: Int, _ columns: Range<Int>, into row: UnsafeMutablePointer<Float4>
  ) {
    let cell = Int(gridAxis.index[y])
    let upper = grid + cell * LightGrid.side
    let lower = grid + min(cell + 1, LightGrid.side - 1) * LightGrid.side
    let part = gridAxis.part[y]
    let (first, last) = (Int(gridAxis.index[columns.lowerBound]), Int(gridAxis.index[columns.upperBound - 1]) + 1)
    for column in first...last {
      let at = min(column, LightGrid.side - 1)
      gridRow.base[column] = (upper[at] + (lower[at] - upper[at]) * part) * (1 / 2.2)
    }
    // Between two cells the log gain is a straight line, so the gain itself grows by the same factor each pixel.
    let step = Float(LightGrid.side) / Float(side)
    let (index, parts) = (gridAxis.index, gridAxis.part)
    var x = columns.lowerBound
    while x < columns.upperBound {
      let cell = index[x]
      let (from, to) = (gridRow.base[Int(cell)], gridRow.base[Int(cell) + 1])
      let powers = FastMath.exp(Float8(lowHalf: mix(from, to, parts[x]), highHalf: (to - from) * step))
      var value = powers.lowHalf * (1 / 255)
      // In front of the first cell's middle nothing changes yet.
      let isFlat = cell == 0 && parts[x] == 0
      let factor = isFlat ? Float4(repeating: 1) : powers.highHalf
      repeat {
        row[x] = value
        value *= factor
        x &+= 1
      } while x < columns.upperBound && index[x] == cell && (!isFlat || parts[x] == 0)
    }
  }

  /// Writes new − old of a row.
  private func compose(
    _ y: Int, _ columns: Range<Int>, _ pixels: UnsafePointer<Float4>, fade: Float
  ) {
    let (result, own, side) = (row(y), pixels + y * side, side)
    let (faces, masks, lit, before) = (faceRow.base, maskRow.base, litRow.base, previousRow.base)
    let window = places.window
    for x in columns {
      let face = faces[x]
      guard face > 0 else {
        result[x] = .zero
        continue
      }
      var new = lanesClamp(lit[x], LitTexture.darkest, 1)
      if fade < 1 {
        let earlier = lanesClamp(before[x], LitTexture.darkest, 1)
        new = earlier + (new - earlier) * fade
      }
      let old = own[x]
      let mask = masks[x]
      guard mask < FaceRender.full else {
        result[x] = new - old
        continue
      }
      let place = pixels + Int(window.offset[x])
      let (fx, fy) = (window.x[x], window.y[x])
      let upper = place[0] + (place[1] - place[0]) * fx
      let lower = place[side] + (place[side &+ 1] - place[side]) * fx
      let carried = upper + (lower - upper) * fy
      let base = old + (carried - old) * face
      result[x] = lanesClamp(base + (new - base) * mask, 0, 1) - old
    }
  }
}

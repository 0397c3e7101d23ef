package import Imaging

/// Paints the new face into a frame: the photo's pixels under the target's light over the target's own pixels in the moved
/// form. Belongs to one worker.
///
/// The window of the method stands for the face's own density, so the work is done in frame pixels straight away, row by
/// row: no picture is cut out, turned and turned back, and all that a row needs stays in the cache.
package final class FaceRender {
  /// A share of the face below this changes no 8-bit value.
  private static let least: Float = 1 / 1024

  /// What a test may look at after each row.
  package struct Row {
    /// The row of the area and its columns that may change.
    package let y: Int
    package let columns: Range<Int>
    /// By column of the area.
    package let mask: UnsafePointer<Float>
  }

  private let raster = MeshRaster()
  private let painter = FramePainter()
  private let fields = TriangleFields<Float8>()
  private let previousFields = TriangleFields<Float8>()
  /// Own and moved mesh in pixels of the area.
  private let points = Scratch<Point3>(2 * SwapTopology.pointCount)
  private let values = Scratch<Float8>(SwapTopology.pointCount)
  private let mixed = Scratch<Bool>(MeshRaster.maximumTriangles)
  private let previousMixed = Scratch<Bool>(MeshRaster.maximumTriangles)
  private let mouth = OpeningMask()
  private let leftEye = OpeningMask()
  private let rightEye = OpeningMask()
  private let reach = SoftReach()
  private let faceRow = Scratch<Float>()
  private let maskRow = Scratch<Float>()
  private let gainRow = Scratch<Float4>()
  private let mirrorRow = Scratch<Float4>()
  private let litRow = Scratch<Float4>()
  private let previousRow = Scratch<Float4>()
  private let places = RowPlaces()

  private var own: UnsafeMutablePointer<Point3> { points.base }
  private var formed: UnsafeMutablePointer<Point3> { points.base + SwapTopology.pointCount }

  /// - Parameters:
  ///   - slot: a face whose light has been worked out.
  ///   - soft: the soft edge times everything that masks leave (``LightStage/softMask(_:)``).
  ///   - look: called with each row that is painted.
  package func paint(
    _ slot: FaceSlot, sources: SourceSet, keepsEyes: Bool, soft: UnsafePointer<Float>, topology: SwapTopology,
    into frame: Frame, look: ((PixelRectangle, Row) -> Void)? = nil
  ) {
    let area = FramePainter.area(slot.putOnFrame(own: own, formed: formed), in: frame)
    guard !area.isEmpty else { return }
    reserve(area.x2 - area.x1)
    for index in 0..<(2 * SwapTopology.pointCount) {
      points.base[index] -= Point3(Float(area.x1), Float(area.y1), 0)
    }
    let (width, height) = (area.x2 - area.x1, area.y2 - area.y1)
    raster.prepare(formed, width: width, height: height, topology: topology)
    let photo = sources.photos[slot.choice.photo]
    let lit = texture(photo, slot, topology, fields, mixed)
    let before = slot.choice.previous.map {
      texture(sources.photos[$0], slot, topology, previousFields, previousMixed)
    }
    drawOpenings(width, height, slot.window.density, keepsEyes: keepsEyes, topology: topology)
    let place = WindowPlace(slot.window, area: area)
    let softPlace = place.grid(cells: NetSamples.side)
    reach.fill(soft, transform: softPlace, least: FaceRender.least)
    let softRow = SoftRow(transform: softPlace, reach: reach)
    let gains = GainRow(transform: place.grid(cells: LightGrid.side))
    painter.begin(frame, area: area)
    for y in raster.rows {
      let runs = raster.row(y)
      guard let columns = fillMasks(runs, y, softRow, soft, keepsEyes: keepsEyes) else { continue }
      if let before {
        paint(runs, y, columns, before, slot.previousLight, gains, withOwn: false, into: previousRow)
      }
      paint(runs, y, columns, lit, slot.light, gains, withOwn: true, into: litRow)
      if before != nil { fade(columns, slot.choice.share) }
      let mask = UnsafePointer(maskRow.base)
      painter.paint(
        PaintedRow(
          columns: columns, colors: litRow.base, darkest: LitTexture.darkest, face: faceRow.base, mask: mask,
          fromX: places.ownX, fromY: places.ownY), y: y)
      look?(area, Row(y: y, columns: columns, mask: mask))
    }
    painter.end()
  }

  private func reserve(_ width: Int) {
    // Groups of eight are written beyond the last column.
    let length = width + 16
    faceRow.reserve(length)
    maskRow.reserve(length)
    gainRow.reserve(length)
    mirrorRow.reserve(length)
    litRow.reserve(length)
    previousRow.reserve(length)
    places.reserve(width: width)
  }

  private func texture(
    _ photo: SourceFace, _ slot: FaceSlot, _ topology: SwapTopology, _ fields: TriangleFields<Float8>,
    _ mixed: Scratch<Bool>
  ) -> LitTexture {
    let level = photo.level(for: Int(slot.window.density.rounded(.up)))
    FieldValues.fill(values.base, source: level, photo: photo, own: own, topology: topology)
    fields.fill(values.base, raster, topology: topology)
    findMixed(photo, topology, into: mixed)
    return LitTexture(
      fields: fields.base, isMixed: UnsafePointer(mixed.base), pixels: level.texture.base,
      stride: level.texture.stride,
      limit: SIMD2(Float(level.texture.width - 1), Float(level.texture.height - 1)))
  }

  /// The triangles on which some pixel may take a visible part from the mirror image.
  private func findMixed(_ photo: SourceFace, _ topology: SwapTopology, into mixed: Scratch<Bool>) {
    for (number, corners) in topology.triangles.enumerated() {
      var (seen, mirrored) = (Float(1), Float(0))
      for corner in 0..<3 {
        let point = Int(corners[corner])
        seen = min(seen, photo.facing[point])
        mirrored = max(mirrored, photo.facing[topology.mirror[point]])
      }
      mixed.base[number] = (1 - seen) * mirrored > LitTexture.leastMirror
    }
  }

  private func drawOpenings(
    _ width: Int, _ height: Int, _ density: Double, keepsEyes: Bool, topology: SwapTopology
  ) {
    mouth.draw(formed, topology.mouth, width: width, height: height, density: density)
    guard keepsEyes else { return }
    leftEye.draw(formed, topology.leftEye, width: width, height: height, density: density)
    rightEye.draw(formed, topology.rightEye, width: width, height: height, density: density)
  }

  /// Face area (soft edge inside the mesh) and mask (without openings) of a row, 0 around it; the columns where there is
  /// any, nil for none.
  private func fillMasks(
    _ runs: UnsafeBufferPointer<TriangleRun>, _ y: Int, _ softRow: SoftRow, _ soft: UnsafePointer<Float>,
    keepsEyes: Bool
  ) -> Range<Int>? {
    guard let first = runs.first?.first, let end = runs.last?.end else { return nil }
    let face = faceRow.base
    let group = (Int(first) & ~7)..<Int(end)
    softRow.expand(soft, y: y, group, least: FaceRender.least, into: face)
    // Chroma reads groups of sixteen pixels.
    clear(face, (Int(first) & ~15)..<Int(first))
    clear(face, Int(end)..<((Int(end) + 15) & ~15))
    for index in 1..<max(runs.count, 1) where runs[index].first > runs[index &- 1].end {
      clear(face, Int(runs[index &- 1].end)..<Int(runs[index].first))
    }
    guard let columns = filled(group) else { return nil }
    let whole = (columns.lowerBound & ~15)..<((columns.upperBound + 15) & ~15)
    (maskRow.base + whole.lowerBound).update(from: face + whole.lowerBound, count: whole.count)
    cut(mouth, y, columns)
    if keepsEyes {
      cut(leftEye, y, columns)
      cut(rightEye, y, columns)
    }
    return columns
  }

  private func clear(_ row: UnsafeMutablePointer<Float>, _ columns: Range<Int>) {
    for x in columns { row[x] = 0 }
  }

  /// The columns from the first to the last value that is not 0.
  private func filled(_ columns: Range<Int>) -> Range<Int>? {
    let face = faceRow.base
    var (first, end) = (columns.lowerBound, columns.upperBound)
    while first < end && face[first] == 0 { first &+= 1 }
    while end > first && face[end &- 1] == 0 { end &-= 1 }
    return first < end ? first..<end : nil
  }

  private func cut(_ opening: OpeningMask, _ y: Int, _ columns: Range<Int>) {
    guard opening.rows.contains(y) else { return }
    let values = opening.row(y)
    let first = opening.columns.lowerBound
    for x in columns.clamped(to: opening.columns) { maskRow.base[x] *= 1 - values[x - first] }
  }

  /// One row of a photo under the target's light.
  private func paint(
    _ runs: UnsafeBufferPointer<TriangleRun>, _ y: Int, _ columns: Range<Int>, _ texture: LitTexture,
    _ light: PhotoLight, _ gains: GainRow, withOwn: Bool, into row: Scratch<Float4>
  ) {
    places.fill(runs, columns, y: float(y), texture: texture, withOwn: withOwn)
    gains.expand(light.direct.base, y: y, columns, into: gainRow.base)
    for run in 0..<places.mixedCount {
      gains.expand(light.mirrored.base, y: y, places.mixed(run), into: mirrorRow.base)
    }
    texture.paint(columns, places: places, gains: gainRow.base, mirrorGains: mirrorRow.base, into: row.base)
  }

  /// Mixes the photo that is faded over from into the row.
  private func fade(_ columns: Range<Int>, _ share: Float) {
    for x in columns {
      let earlier = lanesClamp(previousRow.base[x], LitTexture.darkest, 1)
      litRow.base[x] = earlier + (lanesClamp(litRow.base[x], LitTexture.darkest, 1) - earlier) * share
    }
  }
}

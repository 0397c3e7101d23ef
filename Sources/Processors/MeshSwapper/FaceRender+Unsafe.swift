import Imaging

/// Paints the new face at the window's full size: the photo's pixels under the target's light over the target's own
/// pixels in the moved form. Belongs to one worker.
final class FaceRender {
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
  private let values = Scratch<Float8>(SwapTopology.pointCount)
  private let netAxis = SampleAxis(cells: NetSamples.side)
  private let gridAxis = SampleAxis(cells: LightGrid.side)
  private let mixed = Scratch<Bool>(MeshRaster.maximumTriangles)
  private let previousMixed = Scratch<Bool>(MeshRaster.maximumTriangles)
  private let mouth = OpeningMask()
  private let leftEye = OpeningMask()
  private let rightEye = OpeningMask()
  private let faceRow = Scratch<Float>()
  private let maskRow = Scratch<Float>()
  private let gainRow = Scratch<Float4>()
  private let mirrorRow = Scratch<Float4>()
  private let previousRow = Scratch<Float4>()
  private let softRow = Scratch<Float>(NetSamples.side + 1)
  private let gridRow = Scratch<Float4>(LightGrid.side + 1)

  private var patchWidth: Int { columns.count + 2 }

  /// new − old of window row `y` in ``rows``, indexed by window column.
  func row(_ y: Int) -> UnsafeMutablePointer<Float4> {
    difference.base + (y - rows.lowerBound + 1) * patchWidth + 1 - columns.lowerBound
  }

  /// The change as a patch for the frame; nil when nothing changes. Valid until the next call of ``paint``.
  func patch(_ transform: AffineTransform) -> FramePatch? {
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    var shifted = transform
    shifted.c -= Double(columns.lowerBound - 1)
    shifted.f -= Double(rows.lowerBound - 1)
    return FramePatch(
      change: UnsafePointer(difference.base), size: PixelSize(width: patchWidth, height: rows.count + 2),
      transform: shifted)
  }

  /// - Parameters:
  ///   - slot: a face whose light has been worked out.
  ///   - soft: 112×112, the soft edge times everything that masks leave.
  ///   - mask: side² values to receive what is pasted, or nil.
  func paint(
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
        if let before {
          fillGains(y, columns, slot.previousLight)
          paintPrevious(y, columns, before)
        }
        fillGains(y, columns, slot.light)
        compose(y, columns, lit, pixels, fade: before == nil ? 1 : slot.choice.share)
      }
    }
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
    difference.base.update(repeating: .zero, count: patchWidth)
    (difference.base + (rows.count + 1) * patchWidth).update(repeating: .zero, count: patchWidth)
  }

  /// Zeros to both sides of what a row covers; false when it covers nothing.
  private func clearOutside(_ y: Int, _ span: Range<Int>) -> Bool {
    let line = row(y)
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
    previousRow.reserve(side)
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
      stride: level.texture.stride, placeLimits: limits.0,
      mirrorLimits: limits.1)
  }

  /// The triangles on which some pixel may take more than 1/256 from the mirror image.
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

  /// e to the log gain over 2.2, over 255, for each pixel of a row: what an 8-bit display value is multiplied by.
  private func fillGains(_ y: Int, _ columns: Range<Int>, _ light: PhotoLight) {
    expand(UnsafePointer(light.direct.base), y, columns, into: gainRow.base)
    expand(UnsafePointer(light.mirrored.base), y, columns, into: mirrorRow.base)
  }

  private func expand(
    _ grid: UnsafePointer<Float4>, _ y: Int, _ columns: Range<Int>, into row: UnsafeMutablePointer<Float4>
  ) {
    let cell = Int(gridAxis.index[y])
    let upper = grid + cell * LightGrid.side
    let lower = grid + min(cell + 1, LightGrid.side - 1) * LightGrid.side
    let part = gridAxis.part[y]
    for column in 0..<LightGrid.side { gridRow.base[column] = mix(upper[column], lower[column], part) * (1 / 2.2) }
    gridRow.base[LightGrid.side] = gridRow.base[LightGrid.side - 1]
    // Between two cells the log gain is a straight line, so the gain itself grows by the same factor each pixel.
    let step = Float(LightGrid.side) / Float(side)
    let (index, parts) = (gridAxis.index, gridAxis.part)
    var x = columns.lowerBound
    while x < columns.upperBound {
      let cell = index[x]
      let (from, to) = (gridRow.base[Int(cell)], gridRow.base[Int(cell) + 1])
      var value = FastMath.exp(mix(from, to, parts[x])) * (1 / 255)
      // In front of the first cell's middle nothing changes yet.
      let isFlat = cell == 0 && parts[x] == 0
      let factor = isFlat ? Float4(repeating: 1) : FastMath.exp((to - from) * step)
      repeat {
        row[x] = value
        value *= factor
        x &+= 1
      } while x < columns.upperBound && index[x] == cell && (!isFlat || parts[x] == 0)
    }
  }

  private func paintPrevious(_ y: Int, _ columns: Range<Int>, _ texture: LitTexture) {
    let keys = previousRaster.keys + y * previousRaster.stride
    let (faces, gains, mirrors) = (faceRow.base, gainRow.base, mirrorRow.base)
    let result = previousRow.base
    let fy = float(y)
    for x in columns where faces[x] > 0 {
      let triangle = Int(keys[x] & 1023)
      let (index, part) = lanesSplit(texture.places(triangle, float(x), fy))
      result[x] = texture.colour(triangle, float(x), fy, index, part, gains[x], mirrors + x)
    }
  }

  /// Writes new − old of a row.
  private func compose(
    _ y: Int, _ columns: Range<Int>, _ texture: LitTexture, _ pixels: UnsafePointer<Float4>, fade: Float
  ) {
    let keys = raster.keys + y * raster.stride
    let result = row(y)
    let own = pixels + y * side
    let below = side
    let (faces, masks, gains, mirrors) = (faceRow.base, maskRow.base, gainRow.base, mirrorRow.base)
    let before = previousRow.base
    let fy = float(y)
    for x in columns {
      let face = faces[x]
      guard face > 0 else {
        result[x] = .zero
        continue
      }
      let triangle = Int(keys[x] & 1023)
      let (index, part) = lanesSplit(texture.places(triangle, float(x), fy))
      var lit = texture.colour(triangle, float(x), fy, index, part, gains[x], mirrors + x)
      if fade < 1 { lit = mix(before[x], lit, fade) }
      let old = own[x]
      let mask = masks[x]
      guard mask < FaceRender.full else {
        result[x] = lit - old
        continue
      }
      let place = pixels + (Int(index.w) &* below &+ Int(index.z))
      let upper = mix(place[0], place[1], part.z)
      let lower = mix(place[below], place[below &+ 1], part.z)
      let base = mix(old, mix(upper, lower, part.w), face)
      result[x] = lanesClamp(mix(base, lit, mask), 0, 1) - old
    }
  }
}

/// A photo as it looks in the target's shape and light.
private struct LitTexture {
  let fields: UnsafePointer<Float8>
  /// By triangle: whether the mirror image shows anywhere on it.
  let isMixed: UnsafePointer<Bool>
  let pixels: UnsafePointer<UInt32>
  let stride: Int
  let placeLimits: Float4
  let mirrorLimits: Float4

  @inline(__always)
  func places(_ triangle: Int, _ x: Float, _ y: Float) -> Float4 {
    FieldValues.places(fields + 3 &* triangle, x, y, placeLimits)
  }

  /// Display value 0…1. Gains are those of 8-bit display values.
  @inline(__always)
  func colour(
    _ triangle: Int, _ x: Float, _ y: Float, _ index: SIMD4<Int32>, _ part: Float4, _ gain: Float4,
    _ mirrorGain: UnsafePointer<Float4>
  ) -> Float4 {
    let direct = SourceTexture.fetch(
      pixels, Int(index.y) &* stride &+ Int(index.x), stride, part.x, part.y)
    let lit = lanesMax(direct, Float4(repeating: 255e-4)) * gain
    guard isMixed[triangle] else { return lanesClamp(lit, LitTexture.darkest, 1) }
    let field = fields + 3 &* triangle
    let mirror = FieldValues.mirror(field, x, y, mirrorLimits)
    let share = (1 - mirror.z) * mirror.w
    guard share > LitTexture.leastMirror else { return lanesClamp(lit, LitTexture.darkest, 1) }
    return mixed(lit, mirror, mirrorGain.pointee, share)
  }

  /// Direct and mirror image together, added in linear light.
  @inline(__always)
  private func mixed(_ lit: Float4, _ mirror: Float4, _ gain: Float4, _ share: Float) -> Float4 {
    let (index, part) = lanesSplit(mirror)
    let other = SourceTexture.fetch(
      pixels, Int(index.y) &* stride &+ Int(index.x), stride, part.x, part.y)
    let litMirror = lanesMax(other, Float4(repeating: 255e-4)) * gain
    // The mean of powers is nearly the mean and 0.6 of the spread over the mean, as long as the two are alike; what is
    // left out grows with the third power of their difference.
    let mean = lanesMax(mix(lit, litMirror, share), Float4(repeating: LitTexture.darkest))
    let apart = litMirror - lit
    let spread = apart * apart * (share * (1 - share))
    guard all(spread .<= mean * mean * 0.03) else { return powerMean(lit, litMirror, share) }
    return lanesMin(mean + spread / mean * 0.6, Float4(repeating: 1))
  }

  @inline(never)
  private func powerMean(_ lit: Float4, _ litMirror: Float4, _ share: Float) -> Float4 {
    let floor = Float8(repeating: 1e-9)
    let linear = FastMath.exp2(FastMath.log2(lanesMax(Float8(lowHalf: lit, highHalf: litMirror), floor)) * 2.2)
    return FastMath.display(mix(linear.lowHalf, linear.highHalf, share))
  }

  /// Below this share the mirror image changes no 8-bit value.
  static let leastMirror: Float = 1 / 256
  /// The display value of linear 10⁻⁵.
  private static let darkest: Float = 0.005_336_699
}

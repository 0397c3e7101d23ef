import Imaging

/// Where the pixels of one row are fetched from, in memory, so that fetching is a plain walk along lists: in the photo the
/// offset of the upper left neighbour and the fractions to the right and lower one, for the mirror image as well, and in
/// the target the place.
final class RowPlaces {
  /// Places in the photo.
  struct List {
    let offset: UnsafeMutablePointer<Int32>
    let x: UnsafeMutablePointer<Float>
    let y: UnsafeMutablePointer<Float>

    /// Limits eight places to the photo and takes them apart.
    // Transparent: the optimiser otherwise calls it, and every vector goes through memory.
    @_transparent
    func store(_ placeX: Float8, _ placeY: Float8, _ texture: LitTexture, _ at: Int) {
      let (column, fractionX) = lanesSplit(lanesMin(lanesMax(placeX, .zero), Float8(repeating: texture.limit.x)))
      let (row, fractionY) = lanesSplit(lanesMin(lanesMax(placeY, .zero), Float8(repeating: texture.limit.y)))
      let places = row &* SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: texture.stride)) &+ column
      UnsafeMutableRawPointer(offset + at).storeBytes(of: places, as: SIMD8<Int32>.self)
      put(fractionX, x + at)
      put(fractionY, y + at)
    }
  }

  private let offsets = Scratch<Int32>()
  private let floats = Scratch<Float>()
  private let ranges = Scratch<SIMD2<Int32>>()
  /// 0, 1 … 7, in memory: what is built of known constants the optimiser takes apart lane by lane.
  private let ramp = Scratch<Float8>()
  private var length = 0
  /// Runs of pixels on triangles that may show the mirror image.
  private(set) var mixedCount = 0

  /// In the photo, and in the photo for the mirror image.
  var photo: List { list(0) }
  var mirror: List { list(1) }
  /// Weight of the mirror image; set only in the mixed runs.
  var share: UnsafeMutablePointer<Float> { floats.base + 4 * length }
  /// Places in the target.
  var ownX: UnsafeMutablePointer<Float> { floats.base + 5 * length }
  var ownY: UnsafeMutablePointer<Float> { floats.base + 6 * length }

  func mixed(_ index: Int) -> Range<Int> {
    Int(ranges.base[index].x)..<Int(ranges.base[index].y)
  }

  private func list(_ number: Int) -> List {
    List(
      offset: offsets.base + number * length, x: floats.base + 2 * number * length,
      y: floats.base + (2 * number + 1) * length)
  }

  init() { ramp.base.pointee = Float8(0, 1, 2, 3, 4, 5, 6, 7) }

  func reserve(width: Int) {
    // Eight places are written at once, at most seven beyond the row.
    length = (width + 23) / 8 * 8
    offsets.reserve(2 * length)
    floats.reserve(7 * length)
    ranges.reserve(width)
  }

  /// Works out the places of the part of row `y` inside `columns`; between runs all places are 0.
  func fill(
    _ runs: UnsafeBufferPointer<TriangleRun>, _ columns: Range<Int>, y: Float, texture: LitTexture, withOwn: Bool
  ) {
    mixedCount = 0
    var x = columns.lowerBound
    for run in runs {
      let part = run.columns.clamped(to: columns)
      guard !part.isEmpty else { continue }
      if x < part.lowerBound { clear(x..<part.lowerBound) }
      let triangle = Int(run.triangle)
      let field = FieldRow(texture.fields + 3 &* triangle, y: y)
      fillPhoto(part, field, texture, withOwn: withOwn)
      let isMixed = texture.isMixed[triangle]
      if isMixed { fillMirror(part, field, texture) }
      if isMixed { addMixed(part) }
      x = part.upperBound
    }
  }

  @inline(__always)
  private func fillPhoto(_ part: Range<Int>, _ field: FieldRow, _ texture: LitTexture, withOwn: Bool) {
    let (photo, ownX, ownY) = (photo, ownX, ownY)
    let (x, y, alongX, alongY) = (field.line(0), field.line(1), field.line(2), field.line(3))
    var columns = ramp.base.pointee + Float8(repeating: float(part.lowerBound))
    var chunk = part.lowerBound
    while chunk < part.upperBound {
      photo.store(x.value(columns), y.value(columns), texture, chunk)
      if withOwn {
        put(alongX.value(columns), ownX + chunk)
        put(alongY.value(columns), ownY + chunk)
      }
      columns += Float8(repeating: 8)
      chunk &+= 8
    }
  }

  @inline(__always)
  private func fillMirror(_ part: Range<Int>, _ field: FieldRow, _ texture: LitTexture) {
    let (mirror, share) = (mirror, share)
    let (x, y, seen, seenMirrored) = (field.line(4), field.line(5), field.line(6), field.line(7))
    let one = Float8(repeating: 1)
    var columns = ramp.base.pointee + Float8(repeating: float(part.lowerBound))
    var chunk = part.lowerBound
    while chunk < part.upperBound {
      mirror.store(x.value(columns), y.value(columns), texture, chunk)
      let unseen = one - lanesMin(lanesMax(seen.value(columns), .zero), one)
      put(unseen * lanesMin(lanesMax(seenMirrored.value(columns), .zero), one), share + chunk)
      columns += Float8(repeating: 8)
      chunk &+= 8
    }
  }

  private func clear(_ columns: Range<Int>) {
    let (first, count) = (columns.lowerBound, columns.count)
    (photo.offset + first).update(repeating: 0, count: count)
    for list in [photo.x, photo.y, ownX, ownY] { (list + first).update(repeating: 0, count: count) }
  }

  /// Lengthens the last run or begins a new one.
  @inline(__always)
  private func addMixed(_ part: Range<Int>) {
    let range = SIMD2(Int32(truncatingIfNeeded: part.lowerBound), Int32(truncatingIfNeeded: part.upperBound))
    if mixedCount > 0, ranges.base[mixedCount &- 1].y == range.x {
      ranges.base[mixedCount &- 1].y = range.y
    } else {
      ranges.base[mixedCount] = range
      mixedCount &+= 1
    }
  }
}

/// The values of one triangle along one row.
private struct FieldRow {
  let start: UnsafePointer<Float>
  let y: Float

  @inline(__always)
  init(_ field: UnsafePointer<Float8>, y: Float) {
    start = UnsafeRawPointer(field).assumingMemoryBound(to: Float.self)
    self.y = y
  }

  /// How value `number` runs along the row.
  @_transparent
  func line(_ number: Int) -> Line {
    Line(
      start: Float8(repeating: start[number] + start[number &+ 16] * y), slope: Float8(repeating: start[number &+ 8]))
  }

  struct Line {
    let start: Float8
    let slope: Float8

    @_transparent
    func value(_ columns: Float8) -> Float8 { start + columns * slope }
  }
}

@_transparent
private func put(_ values: Float8, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: values, as: Float8.self)
}

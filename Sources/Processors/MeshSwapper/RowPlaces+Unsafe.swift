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
  }

  private let offsets = Scratch<Int32>()
  private let floats = Scratch<Float>()
  private let ranges = Scratch<SIMD2<Int32>>()
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
      let isMixed = texture.isMixed[triangle]
      fill(part, field, texture, isMixed: isMixed, withOwn: withOwn)
      if isMixed { addMixed(part) }
      x = part.upperBound
    }
  }

  @inline(__always)
  private func fill(_ part: Range<Int>, _ field: FieldRow, _ texture: LitTexture, isMixed: Bool, withOwn: Bool) {
    let (photo, mirror, share, ownX, ownY) = (photo, mirror, share, ownX, ownY)
    var chunk = part.lowerBound
    while chunk < part.upperBound {
      let columns = Float8(0, 1, 2, 3, 4, 5, 6, 7) + Float8(repeating: float(chunk))
      store(field, 0, columns, texture, photo, chunk)
      if withOwn {
        put(field.value(2, columns), ownX + chunk)
        put(field.value(3, columns), ownY + chunk)
      }
      if isMixed {
        store(field, 4, columns, texture, mirror, chunk)
        let seen = field.value(6, columns, limit: 1)
        put((Float8(repeating: 1) - seen) * field.value(7, columns, limit: 1), share + chunk)
      }
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

  @inline(__always)
  private func store(
    _ field: FieldRow, _ number: Int, _ columns: Float8, _ texture: LitTexture, _ list: List, _ at: Int
  ) {
    let (column, fractionX) = lanesSplit(field.value(number, columns, limit: texture.limit.x))
    let (row, fractionY) = lanesSplit(field.value(number &+ 1, columns, limit: texture.limit.y))
    let offset = row &* SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: texture.stride)) &+ column
    UnsafeMutableRawPointer(list.offset + at).storeBytes(of: offset, as: SIMD8<Int32>.self)
    put(fractionX, list.x + at)
    put(fractionY, list.y + at)
  }

  @inline(__always)
  private func put(_ values: Float8, _ place: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(place).storeBytes(of: values, as: Float8.self)
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

  /// Value `number` at eight columns.
  @inline(__always)
  func value(_ number: Int, _ columns: Float8) -> Float8 {
    let base = start[number] + start[number &+ 16] * y
    return Float8(repeating: base).addingProduct(columns, Float8(repeating: start[number &+ 8]))
  }

  /// The same, 0…limit.
  @inline(__always)
  func value(_ number: Int, _ columns: Float8, limit: Float) -> Float8 {
    lanesMin(lanesMax(value(number, columns), .zero), Float8(repeating: limit))
  }
}

import Imaging

/// Where the pixels of one row of a window are fetched from: offsets of the upper left neighbour and the fractions to the
/// right and lower one, in memory, so that fetching is a plain walk along lists.
final class RowPlaces {
  /// Places in one picture.
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

  /// In the photo, in the target's window, in the photo for the mirror image.
  var photo: List { list(0) }
  var window: List { list(1) }
  var mirror: List { list(2) }
  /// Weight of the mirror image; set only in the mixed runs.
  var share: UnsafeMutablePointer<Float> { floats.base + 6 * length }

  func mixed(_ index: Int) -> Range<Int> {
    Int(ranges.base[index].x)..<Int(ranges.base[index].y)
  }

  private func list(_ number: Int) -> List {
    List(
      offset: offsets.base + number * length, x: floats.base + 2 * number * length,
      y: floats.base + (2 * number + 1) * length)
  }

  func reserve(side: Int) {
    // Eight places are written at once, at most seven beyond the row.
    length = (side + 23) / 8 * 8
    offsets.reserve(3 * length)
    floats.reserve(7 * length)
    ranges.reserve(side)
  }

  /// Works out the places of `columns` of row `y`.
  ///
  /// - Parameter keys: the row of the raster.
  func fill(_ keys: UnsafePointer<Int32>, _ columns: Range<Int>, y: Float, texture: LitTexture) {
    mixedCount = 0
    let (photo, window, mirror) = (photo, window, mirror)
    var x = columns.lowerBound
    while x < columns.upperBound {
      let key = keys[x]
      var end = x &+ 1
      while end < columns.upperBound && keys[end] & 1023 == key & 1023 { end &+= 1 }
      let triangle = Int(key & 1023)
      let field = FieldRow(texture.fields + 3 &* triangle, y: y)
      let isMixed = texture.isMixed[triangle]
      var chunk = x
      while chunk < end {
        let columns = Float8(0, 1, 2, 3, 4, 5, 6, 7) + Float8(repeating: float(chunk))
        store(field, 0, columns, texture.photoLimit, texture.stride, photo, chunk)
        store(field, 2, columns, texture.windowLimit, texture.side, window, chunk)
        if isMixed {
          store(field, 4, columns, texture.photoLimit, texture.stride, mirror, chunk)
          let seen = field.value(6, columns, limit: 1)
          put((Float8(repeating: 1) - seen) * field.value(7, columns, limit: 1), share + chunk)
        }
        chunk &+= 8
      }
      if isMixed { addMixed(x, end) }
      x = end
    }
  }

  /// Lengthens the last run or begins a new one.
  @inline(__always)
  private func addMixed(_ first: Int, _ end: Int) {
    let range = SIMD2(Int32(truncatingIfNeeded: first), Int32(truncatingIfNeeded: end))
    if mixedCount > 0, ranges.base[mixedCount &- 1].y == range.x {
      ranges.base[mixedCount &- 1].y = range.y
    } else {
      ranges.base[mixedCount] = range
      mixedCount &+= 1
    }
  }

  @inline(__always)
  private func store(
    _ field: FieldRow, _ number: Int, _ columns: Float8, _ limit: SIMD2<Float>, _ stride: Int, _ list: List, _ at: Int
  ) {
    let (column, fractionX) = lanesSplit(field.value(number, columns, limit: limit.x))
    let (row, fractionY) = lanesSplit(field.value(number &+ 1, columns, limit: limit.y))
    let offset = row &* SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: stride)) &+ column
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

  /// Value `number` at eight columns, 0…limit.
  @inline(__always)
  func value(_ number: Int, _ columns: Float8, limit: Float) -> Float8 {
    let base = start[number] + start[number &+ 16] * y
    let value = Float8(repeating: base) + columns * start[number &+ 8]
    return lanesMin(lanesMax(value, .zero), Float8(repeating: limit))
  }
}

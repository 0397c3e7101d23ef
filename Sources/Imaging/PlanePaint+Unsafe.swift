/// Paints rows of luma, in samples, and adds up what becomes the chroma of their cells.
struct LumaPaint<Sample: PairSample> {
  let source: PaintSource
  /// Pixels in a row of the area.
  let width: Int
  let coefficients: YUVCoefficients
  let maximum: Float
  /// Where chroma is added up; nil for grey frames.
  let sums: ChromaSums?
  /// Memory for the places of a row.
  let places: CarriedPixels

  func add(_ row: PaintedRow, _ y: Int, to line: UnsafeMutablePointer<Sample>) {
    let weights = coefficients.columns
    @inline(__always) func product(_ colors: RGBLanes, _ index: Int, _ start: Float8) -> Float8 {
      start.addingProduct(colors.red, Float8(repeating: weights.red[index]))
        .addingProduct(colors.green, Float8(repeating: weights.green[index]))
        .addingProduct(colors.blue, Float8(repeating: weights.blue[index]))
    }
    let places = carry(row)
    var group = 0
    var x = row.columns.lowerBound & ~7
    while x < row.columns.upperBound {
      let lanes = PaintLanes(row, x)
      if !lanes.isEmpty {
        let colors = PaintLanes.colors(row, x)
        var luma = product(colors, 0, Float8(repeating: coefficients.lumaOffset))
        if !lanes.isFull {
          let carried = places.lanes(group, Sample.self)
          group &+= 1
          luma = lanesBlend(lanesBlend(source.lanes(x, y, Sample.self), carried, lanes.face), luma, lanes.mask)
        }
        Sample.put(luma, line + x, maximum: maximum, count: width &- x)
        if let sums {
          sums.add(
            lanes.mask, cb: product(colors, 1, .zero) * lanes.mask, cr: product(colors, 2, .zero) * lanes.mask, x)
        }
      }
      x &+= 8
    }
  }

  /// Reads what is carried to the groups of pixels where something of it shows.
  private func carry(_ row: PaintedRow) -> CarriedPixels {
    var places = places
    var x = row.columns.lowerBound & ~7
    while x < row.columns.upperBound {
      let lanes = PaintLanes(row, x)
      if !lanes.isEmpty && !lanes.isFull {
        let (fromX, fromY) = PaintLanes.places(row, x)
        places.add(source.taps(fromX, fromY))
      }
      x &+= 8
    }
    places.read(source, Sample.self)
    return places
  }
}

/// Sums of the mask and of mask times Cb and Cr by cell, zero to begin with.
struct ChromaSums {
  let mask: UnsafeMutablePointer<Float>
  let cb: UnsafeMutablePointer<Float>
  let cr: UnsafeMutablePointer<Float>
  let shiftX: Int

  /// Adds eight pixels from column `x` on.
  @inline(__always)
  func add(_ mask: Float8, cb: Float8, cr: Float8, _ x: Int) {
    add(mask, self.mask, x)
    add(cb, self.cb, x)
    add(cr, self.cr, x)
  }

  @inline(__always)
  private func add(_ values: Float8, _ sums: UnsafeMutablePointer<Float>, _ x: Int) {
    let target = UnsafeMutableRawPointer(sums + x &>> shiftX)
    switch shiftX {
    case 0: target.storeBytes(of: target.loadUnaligned(as: Float8.self) + values, as: Float8.self)
    case 1:
      let pairs = values.evenHalf + values.oddHalf
      target.storeBytes(of: target.loadUnaligned(as: SIMD4<Float>.self) + pairs, as: SIMD4<Float>.self)
    default:
      let pairs = values.evenHalf + values.oddHalf
      for lane in 0..<4 { sums[(x &+ 2 &* lane) &>> shiftX] += pairs[lane] }
    }
  }
}

/// Paints chroma, one row of cells at a time: the sums over the rows of luma, mixed with the old chroma, which is carried
/// along with the luma of the first row that is painted.
struct ChromaPaint<Sample: PairSample> {
  let sources: (PaintSource, PaintSource)
  let shiftX: Int
  let shiftY: Int
  let coefficients: YUVCoefficients
  let maximum: Float
  let sums: ChromaSums
  /// The old Cb and Cr by cell.
  let oldCb: UnsafeMutablePointer<Float>
  let oldCr: UnsafeMutablePointer<Float>
  /// Memory for the places of a row.
  let places: CarriedPixels
  /// Of the area, in pixels.
  let width: Int
  let height: Int

  /// Works out the old chroma of some cells, moved as the luma of row `y` is.
  func carry(_ row: PaintedRow, _ cells: Range<Int>, y: Int, cellRow: Int) {
    var places = places
    let (scaleX, scaleY) = (Float8(repeating: 1 / Float(1 &<< shiftX)), Float8(repeating: 1 / Float(1 << shiftY)))
    let first = Float8(repeating: Float(Int32(truncatingIfNeeded: cellRow)))
    let down = Float8(repeating: Float(Int32(truncatingIfNeeded: y)))
    for cell in stride(from: cells.lowerBound, to: cells.upperBound, by: 8) {
      let x = cell &<< shiftX
      guard !isFull(row, x), !lanesAreZero(spread(row.face, x, row.columns)) else { continue }
      let at = laneIndices + Float8(repeating: Float(Int32(truncatingIfNeeded: cell)))
      let moveX = spread(row.fromX, x, row.columns) * scaleX - at
      let moveY = (spread(row.fromY, x, row.columns) - down) * scaleY
      places.add(sources.0.taps(at + moveX, moveY + first))
    }
    carry(sources.0, row, cells, cellRow, places, into: oldCb)
    carry(sources.1, row, cells, cellRow, places, into: oldCr)
  }

  private func carry(
    _ source: PaintSource, _ row: PaintedRow, _ cells: Range<Int>, _ cellRow: Int, _ places: CarriedPixels,
    into old: UnsafeMutablePointer<Float>
  ) {
    places.read(source, Sample.self)
    var group = 0
    for cell in stride(from: cells.lowerBound, to: cells.upperBound, by: 8) {
      let x = cell &<< shiftX
      var value = source.lanes(cell, cellRow, Sample.self)
      let face = spread(row.face, x, row.columns)
      if !isFull(row, x), !lanesAreZero(face) {
        value = lanesBlend(value, places.lanes(group, Sample.self), face)
        group &+= 1
      }
      UnsafeMutableRawPointer(old + cell).storeBytes(of: value, as: Float8.self)
    }
  }

  /// One value a cell, for eight cells from column `x` on. Cells of four columns reach further than the lists of a row
  /// go, so there what lies outside its columns is 0 and is not read.
  @inline(__always)
  private func spread(_ list: UnsafePointer<Float>, _ x: Int, _ columns: Range<Int>) -> Float8 {
    if shiftX == 0 { return UnsafeRawPointer(list + x).loadUnaligned(as: Float8.self) }
    if shiftX == 1 { return UnsafeRawPointer(list + x).loadUnaligned(as: SIMD16<Float>.self).evenHalf }
    var values = Float8.zero
    for lane in 0..<8 {
      let column = x &+ (lane &<< shiftX)
      if columns.contains(column) { values[lane] = list[column] }
    }
    return values
  }

  /// Whether nothing of what was there shows in eight cells from column `x` on.
  @inline(__always)
  private func isFull(_ row: PaintedRow, _ x: Int) -> Bool {
    guard shiftX < 2 else { return false }
    var least = UnsafeRawPointer(row.mask + x).loadUnaligned(as: Float8.self)
    for part in 1..<(1 &<< shiftX) {
      least = lanesMin(least, UnsafeRawPointer(row.mask + (x &+ 8 &* part)).loadUnaligned(as: Float8.self))
    }
    return lanesReach(least, FramePainter.full)
  }

  /// Writes the cells of a row; what is not `known` of the old chroma is read.
  func finish(
    _ cells: Range<Int>, known: Range<Int>, cellRow: Int, cb: UnsafeMutablePointer<Sample>,
    cr: UnsafeMutablePointer<Sample>
  ) {
    let rows = min(1 &<< shiftY, height &- cellRow &<< shiftY)
    let share = Float8(repeating: 1 / Float(rows << shiftX))
    let middle = Float8(repeating: coefficients.chromaOffset)
    let cellCount = (width &+ (1 &<< shiftX) &- 1) &>> shiftX
    correctCutCell(cellCount)
    for cell in stride(from: cells.lowerBound, to: cells.upperBound, by: 8) {
      let mask = load(sums.mask, cell) * share
      let isKnown = known.contains(cell)
      if lanesAreZero(mask) && !isKnown { continue }
      let rest = Float8(repeating: 1) - mask
      let offset = mask * middle
      let cbBefore = isKnown ? load(oldCb, cell) : sources.0.lanes(cell, cellRow, Sample.self)
      let crBefore = isKnown ? load(oldCr, cell) : sources.1.lanes(cell, cellRow, Sample.self)
      let count = cellCount &- cell
      Sample.put(cbBefore * rest + load(sums.cb, cell) * share + offset, cb + cell, maximum: maximum, count: count)
      Sample.put(crBefore * rest + load(sums.cr, cell) * share + offset, cr + cell, maximum: maximum, count: count)
    }
  }

  /// The frame's last cell may have fewer columns than the others.
  private func correctCutCell(_ cellCount: Int) {
    let cut = width & ((1 &<< shiftX) &- 1)
    guard cut != 0 else { return }
    let factor = Float(1 << shiftX) / Float(cut)
    for list in [sums.mask, sums.cb, sums.cr] { list[cellCount &- 1] *= factor }
  }

  @inline(__always)
  private func load(_ list: UnsafeMutablePointer<Float>, _ cell: Int) -> Float8 {
    UnsafeRawPointer(list + cell).loadUnaligned(as: Float8.self)
  }
}

/// Paints rows of interleaved colour.
struct PackedPaint<Sample: PairSample> {
  let source: PaintSource
  /// Pixels in a row of the area.
  let width: Int
  let channels: Int
  let maximum: Float

  func add(_ row: PaintedRow, _ y: Int, to line: UnsafeMutablePointer<Sample>) {
    var x = row.columns.lowerBound & ~7
    while x < row.columns.upperBound {
      let lanes = PaintLanes(row, x)
      if !lanes.isEmpty {
        let colors = PaintLanes.colors(row, x)
        let (fromX, fromY) = PaintLanes.places(row, x)
        let taps = source.taps(fromX, fromY)
        @inline(__always) func paint(_ color: Float8, _ channel: Int) {
          var value = color * Float8(repeating: maximum)
          if !lanes.isFull {
            let old = source.lanes(x, y, channel: channel, of: channels, Sample.self)
            let carried = source.fetch(taps, channel: channel, Sample.self)
            value = lanesMix(lanesMix(old, carried, lanes.face), value, lanes.mask)
          }
          let target = line + (x &* channels &+ channel)
          Sample.put(value, target, step: channels, maximum: maximum, count: width &- x)
        }
        paint(colors.red, 0)
        paint(colors.green, 1)
        paint(colors.blue, 2)
      }
      x &+= 8
    }
  }
}

extension PairSample {
  /// Writes eight samples, rounded to nearest within 0…maximum; only the first `count` are there.
  @inline(__always)
  static func put(
    _ values: Float8, _ samples: UnsafeMutablePointer<Self>, step: Int = 1, maximum: Float, count: Int
  ) {
    let limited = lanesClamp(values, .zero, Float8(repeating: maximum))
    if count >= 8 {
      store(lanesRound(limited), samples, step: step)
    } else {
      putSome(limited, samples, step, maximum, count)
    }
  }

  /// A call of its own: a lane picked by a variable makes the compiler split vectors all around.
  @inline(never)
  private static func putSome(
    _ values: Float8, _ samples: UnsafeMutablePointer<Self>, _ step: Int, _ maximum: Float, _ count: Int
  ) {
    for lane in 0..<count { samples[lane &* step] = Self(nearest: values[lane], maximum) }
  }
}

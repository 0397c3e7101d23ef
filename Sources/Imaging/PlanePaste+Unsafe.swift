extension PairSample {
  /// Adds to eight samples, rounded to nearest within 0…maximum; only the first `count` are there.
  @inline(__always)
  static func add(_ change: Float8, to samples: UnsafeMutablePointer<Self>, maximum: Float, count: Int) {
    if count >= 8 {
      let sum = lanesClamp(lanes(samples, step: 1) + change, .zero, Float8(repeating: maximum))
      store(lanesRound(sum), samples, step: 1)
    } else {
      addSome(change, samples, maximum, count)
    }
  }

  /// A call of its own: a lane picked by a variable makes the compiler split vectors all around.
  @inline(never)
  private static func addSome(
    _ change: Float8, _ samples: UnsafeMutablePointer<Self>, _ maximum: Float, _ count: Int
  ) {
    for lane in 0..<count { samples[lane] = Self(nearest: samples[lane].float + change[lane], maximum) }
  }

  /// Rounded to nearest within 0…maximum.
  @inline(__always)
  init(nearest value: Float, _ maximum: Float) {
    self = Self(truncatingIfNeeded: scalarRound(value < 0 ? 0 : value > maximum ? maximum : value))
  }
}

/// Adds a difference to the three planes of a Y'CbCr frame, one row of chroma cells at a time.
struct PlanarPaste<Sample: PairSample> {
  let planes: [Frame.Plane]
  let shiftX: Int
  let shiftY: Int
  /// (Y, Cb, Cr) in samples per unit of red, green and blue.
  let columns: (red: SIMD4<Float>, green: SIMD4<Float>, blue: SIMD4<Float>)
  let maximum: Float
  let scratch: UnsafeMutablePointer<SIMD4<Float>>
  /// Sums over the cells of one row, chroma width + 16 each.
  let cb: UnsafeMutablePointer<Float>
  let cr: UnsafeMutablePointer<Float>

  func add(_ difference: some FrameChange, cellRow: Int) {
    let firstRow = cellRow << shiftY
    let lastRow = min(firstRow + (1 << shiftY), planes[0].height)
    var low = planes[0].width
    var high = 0
    for y in firstRow..<lastRow {
      let range = difference.columns(y, width: planes[0].width)
      if !range.isEmpty { (low, high) = (min(low, range.lowerBound), max(high, range.upperBound)) }
    }
    guard low < high else { return }
    // Blocks start at multiples of eight, so that no chroma cell is cut.
    low &= ~7
    let (firstCell, lastCell) = (low >> shiftX, (high - 1) >> shiftX)
    (cb + firstCell).update(repeating: 0, count: lastCell - firstCell + 9)
    (cr + firstCell).update(repeating: 0, count: lastCell - firstCell + 9)
    var isTouched = false
    for y in firstRow..<lastRow where addLuma(difference, y, low, high) { isTouched = true }
    if isTouched { addChroma(cellRow, firstCell, lastCell, rows: lastRow - firstRow) }
  }

  /// Adds to one row of luma and sums up the chroma; whether anything was done.
  private func addLuma(_ difference: some FrameChange, _ y: Int, _ low: Int, _ high: Int) -> Bool {
    let row = difference.row(y)
    let width = planes[0].width
    let samples = line(planes[0], y)
    var isTouched = false
    var x = low
    while x < high {
      if let lanes = difference.lanes(row, x, scratch: scratch) {
        isTouched = true
        Sample.add(product(lanes, 0), to: samples + x, maximum: maximum, count: width &- x)
        let inside = laneIndices .< Float8(repeating: Float(Int32(truncatingIfNeeded: width &- x)))
        addUp(product(lanes, 1).replacing(with: 0, where: .!inside), cb, x)
        addUp(product(lanes, 2).replacing(with: 0, where: .!inside), cr, x)
      }
      x &+= 8
    }
    return isTouched
  }

  /// One of Y, Cb, Cr of eight RGB differences.
  @inline(__always)
  private func product(_ lanes: RGBLanes, _ index: Int) -> Float8 {
    lanes.red * columns.red[index] + lanes.green * columns.green[index] + lanes.blue * columns.blue[index]
  }

  @inline(__always)
  private func addUp(_ values: Float8, _ sums: UnsafeMutablePointer<Float>, _ x: Int) {
    let target = UnsafeMutableRawPointer(sums + x &>> shiftX)
    switch shiftX {
    case 0: add(values, target)
    case 1: add(values.evenHalf + values.oddHalf, target)
    default:
      let pairs = values.evenHalf + values.oddHalf
      for lane in 0..<4 { sums[(x &+ 2 &* lane) &>> shiftX] += pairs[lane] }
    }
  }

  @inline(__always)
  private func add<Lanes: SIMD & BitwiseCopyable>(_ values: Lanes, _ target: UnsafeMutableRawPointer)
  where Lanes.Scalar: FloatingPoint {
    target.storeBytes(of: target.loadUnaligned(as: Lanes.self) + values, as: Lanes.self)
  }

  private func addChroma(_ cellRow: Int, _ firstCell: Int, _ lastCell: Int, rows: Int) {
    let width = planes[1].width
    let cut = planes[0].width & ((1 << shiftX) - 1)
    if lastCell == width - 1, cut != 0 {
      cb[lastCell] *= Float(1 << shiftX) / Float(cut)
      cr[lastCell] *= Float(1 << shiftX) / Float(cut)
    }
    let share = 1 / Float(rows << shiftX)
    for (plane, sums) in [(planes[1], cb), (planes[2], cr)] {
      let samples = line(plane, cellRow)
      for cell in stride(from: firstCell, through: lastCell, by: 8) {
        let change = UnsafeRawPointer(sums + cell).loadUnaligned(as: Float8.self) * share
        Sample.add(change, to: samples + cell, maximum: maximum, count: min(width, lastCell + 1) - cell)
      }
    }
  }

  @inline(__always)
  private func line(_ plane: Frame.Plane, _ y: Int) -> UnsafeMutablePointer<Sample> {
    (plane.base + y &* plane.stride).assumingMemoryBound(to: Sample.self)
  }
}

/// Adds a difference to one plane of interleaved colour or of luma.
struct PackedPaste<Sample: PairSample> {
  let plane: Frame.Plane
  let channels: Int
  let maximum: Float
  let scratch: UnsafeMutablePointer<SIMD4<Float>>

  func addColor(_ difference: some FrameChange, _ y: Int) {
    forEachBlock(difference, y) { line, x, lanes in
      let (red, green, blue) = (lanes.red * maximum, lanes.green * maximum, lanes.blue * maximum)
      for lane in 0..<min(8, plane.width &- x) {
        let pixel = line + (x &+ lane) &* channels
        pixel[0] = sum(pixel[0], red[lane])
        pixel[1] = sum(pixel[1], green[lane])
        pixel[2] = sum(pixel[2], blue[lane])
      }
    }
  }

  func addLuma(_ difference: some FrameChange, _ y: Int, _ red: Float, _ green: Float, _ blue: Float) {
    forEachBlock(difference, y) { line, x, lanes in
      let change = lanes.red * red + lanes.green * green + lanes.blue * blue
      Sample.add(change, to: line + x, maximum: maximum, count: plane.width &- x)
    }
  }

  @inline(__always)
  private func sum(_ sample: Sample, _ change: Float) -> Sample {
    Sample(nearest: sample.float + change, maximum)
  }

  @inline(__always)
  private func forEachBlock(
    _ difference: some FrameChange, _ y: Int, _ body: (UnsafeMutablePointer<Sample>, Int, RGBLanes) -> Void
  ) {
    let row = difference.row(y)
    let line = (plane.base + y &* plane.stride).assumingMemoryBound(to: Sample.self)
    let columns = difference.columns(y, width: plane.width)
    var x = columns.lowerBound
    while x < columns.upperBound {
      if let lanes = difference.lanes(row, x, scratch: scratch) { body(line, x, lanes) }
      x &+= 8
    }
  }
}

/// One row of new pixels for a ``FramePainter``; every list is indexed by the column of the painter's area.
///
/// Lists are read in groups of eight from a column that is a multiple of eight, so up to seven values on either side of
/// ``columns`` are read too. They must be finite, and there ``face`` and ``mask`` must be 0.
public struct PaintedRow {
  /// The columns that may change.
  public var columns: Range<Int>
  /// R, G, B and one more, display values; below ``darkest`` and above 1 they are cut.
  public var colors: UnsafePointer<SIMD4<Float>>
  public var darkest: Float
  /// How much of a pixel comes from elsewhere in the frame, 0…1.
  public var face: UnsafePointer<Float>
  /// How much of a pixel is the new colour, 0…1; 0 wherever ``face`` is 0.
  public var mask: UnsafePointer<Float>
  /// Where in the area the frame's own pixel is taken from.
  public var fromX: UnsafePointer<Float>
  public var fromY: UnsafePointer<Float>

  public init(
    columns: Range<Int>, colors: UnsafePointer<SIMD4<Float>>, darkest: Float, face: UnsafePointer<Float>,
    mask: UnsafePointer<Float>, fromX: UnsafePointer<Float>, fromY: UnsafePointer<Float>
  ) {
    self.columns = columns
    self.colors = colors
    self.darkest = darkest
    self.face = face
    self.mask = mask
    self.fromX = fromX
    self.fromY = fromY
  }
}

/// Paints rows into part of a frame of any format, in the frame's own samples.
///
/// base = old + face · (carried − old), new = base + mask · (color − base), where `carried` is the frame's pixel as it was
/// before at another place, bilinear. Luma is done at full resolution; chroma with the mean of mask and colour over its
/// cell. Pixels with face 0 keep their bits, alpha always does. Belongs to one worker; memory grows to the largest area.
public final class FramePainter {
  /// Above this part of the new colour what was there before does not show.
  static let full: Float = 1 - 1 / 2048

  private var frame: Frame?
  private var area = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
  private var before: [PaintSource] = []
  private let pixels = PaintMemory()
  private let cells = PaintMemory()
  private let places = PaintMemory()
  /// Columns of chroma of the cell row in hand that were touched, and those whose old chroma is known.
  private var touched = 0..<0
  private var known = 0..<0
  private var cellRow = -1

  public init() {}

  /// The area that can be painted for a wish: inside the frame, its edges on multiples of eight or the frame's own.
  public static func area(_ wanted: PixelRectangle, in frame: Frame) -> PixelRectangle {
    area(wanted, in: frame.size)
  }

  /// The same for a frame of this size.
  public static func area(_ wanted: PixelRectangle, in size: PixelSize) -> PixelRectangle {
    // Far outside, edges could not be rounded.
    let near = wanted.clamped(to: size)
    let rounded = PixelRectangle(
      x1: near.x1 & ~7, y1: near.y1 & ~7, x2: (near.x2 + 7) & ~7, y2: (near.y2 + 7) & ~7)
    return rounded.clamped(to: size)
  }

  /// Begins with a frame: keeps a copy of its samples in `area` (from ``area(_:in:)``, not empty).
  public func begin(_ frame: Frame, area: PixelRectangle) {
    precondition(!area.isEmpty && area.x1 % 8 == 0 && area.y1 % 8 == 0, "an area as made by area(_:in:)")
    self.frame = frame
    self.area = area
    cellRow = -1
    let (shiftX, shiftY) = shifts(frame)
    cells.reserve(5 * cellCount(shiftX) * MemoryLayout<Float>.size)
    places.reserve(placeCount * CarriedPixels.bytesPerPlace)
    before.removeAll(keepingCapacity: true)
    let planes = frame.planes.prefix(frame.isPlanarYUV ? 3 : 1)
    let sizes = planes.indices.map { index in
      PaintSource.byteCount(cut(index, shiftX, shiftY), frame.bytesPerPixel)
    }
    pixels.reserve(sizes.reduce(0, +))
    var place = pixels.base
    for (index, plane) in planes.enumerated() {
      before.append(PaintSource(plane, cut(index, shiftX, shiftY), frame.bytesPerPixel, copyingTo: place))
      place += sizes[index]
    }
  }

  /// Paints row `y` of the area; rows come in ascending order.
  public func paint(_ row: PaintedRow, y: Int) {
    guard let frame, !row.columns.isEmpty else { return }
    if frame.format.bytesPerSample == 1 {
      paint(row, y, frame, UInt8.self)
    } else {
      paint(row, y, frame, UInt16.self)
    }
  }

  /// Finishes the last row of chroma.
  public func end() {
    guard let frame else { return }
    if frame.format.bytesPerSample == 1 {
      finishCells(frame, UInt8.self)
    } else {
      finishCells(frame, UInt16.self)
    }
    self.frame = nil
  }

  private func shifts(_ frame: Frame) -> (Int, Int) {
    if case .planarYUV(let shiftX, let shiftY) = frame.format.layout { return (shiftX, shiftY) }
    return (0, 0)
  }

  private func cellCount(_ shiftX: Int) -> Int { (((area.x2 - area.x1) >> shiftX) + 31) / 8 * 8 }

  /// The most places of a row.
  private var placeCount: Int { (area.x2 - area.x1 + 31) / 8 * 8 }

  private var carried: CarriedPixels { CarriedPixels(memory: places.base, length: placeCount) }

  /// The area in samples of a plane.
  private func cut(_ plane: Int, _ shiftX: Int, _ shiftY: Int) -> PixelRectangle {
    guard plane > 0 else { return area }
    return PixelRectangle(
      x1: area.x1 >> shiftX, y1: area.y1 >> shiftY, x2: -(-area.x2 >> shiftX), y2: -(-area.y2 >> shiftY))
  }

  private func paint<Sample: PairSample>(_ row: PaintedRow, _ y: Int, _ frame: Frame, _: Sample.Type) {
    let coefficients = YUVCoefficients(format: frame.format, color: frame.color, height: frame.size.height)
    let maximum = Float(frame.format.maximum)
    let line = frame.planes[0].base + (area.y1 + y) * frame.planes[0].stride
    switch frame.format.layout {
    case .interleavedRGB:
      let paint = PackedPaint<Sample>(
        source: before[0], width: area.x2 - area.x1, channels: frame.format.hasAlpha ? 4 : 3, maximum: maximum)
      paint.add(row, y, to: line.assumingMemoryBound(to: Sample.self) + area.x1 * paint.channels)
    case .gray:
      let paint = LumaPaint<Sample>(
        source: before[0], width: area.x2 - area.x1, coefficients: coefficients, maximum: maximum, sums: nil,
        places: carried)
      paint.add(row, y, to: line.assumingMemoryBound(to: Sample.self) + area.x1)
    case .planarYUV(let shiftX, let shiftY):
      if y >> shiftY != cellRow {
        finishCells(frame, Sample.self)
        beginCells(y >> shiftY, shiftX)
      }
      let chroma = chromaPaint(frame, Sample.self)
      let luma = LumaPaint<Sample>(
        source: before[0], width: area.x2 - area.x1, coefficients: coefficients, maximum: maximum, sums: chroma.sums,
        places: carried)
      luma.add(row, y, to: line.assumingMemoryBound(to: Sample.self) + area.x1)
      let cells = row.columns.lowerBound >> shiftX & ~7..<((row.columns.upperBound - 1) >> shiftX) + 1
      if known.isEmpty {
        known = cells.lowerBound..<(cells.upperBound + 7) & ~7
        chroma.carry(row, cells, y: y, cellRow: cellRow)
      }
      touched =
        touched.isEmpty
        ? cells : min(cells.lowerBound, touched.lowerBound)..<max(cells.upperBound, touched.upperBound)
    }
  }

  private func chromaPaint<Sample: PairSample>(_ frame: Frame, _: Sample.Type) -> ChromaPaint<Sample> {
    let (shiftX, shiftY) = shifts(frame)
    let length = cellCount(shiftX)
    let lists = cells.base.assumingMemoryBound(to: Float.self)
    let sums = ChromaSums(mask: lists, cb: lists + length, cr: lists + 2 * length, shiftX: shiftX)
    return ChromaPaint<Sample>(
      sources: (before[1], before[2]), shiftX: shiftX, shiftY: shiftY,
      coefficients: YUVCoefficients(format: frame.format, color: frame.color, height: frame.size.height),
      maximum: Float(frame.format.maximum), sums: sums, oldCb: lists + 3 * length, oldCr: lists + 4 * length,
      places: carried, width: area.x2 - area.x1, height: area.y2 - area.y1)
  }

  private func beginCells(_ number: Int, _ shiftX: Int) {
    cellRow = number
    (touched, known) = (0..<0, 0..<0)
    cells.base.initializeMemory(as: UInt8.self, repeating: 0, count: 3 * cellCount(shiftX) * MemoryLayout<Float>.size)
  }

  private func finishCells<Sample: PairSample>(_ frame: Frame, _: Sample.Type) {
    guard cellRow >= 0, !touched.isEmpty, frame.isPlanarYUV else { return }
    let (shiftX, shiftY) = shifts(frame)
    let chroma = chromaPaint(frame, Sample.self)
    func line(_ index: Int) -> UnsafeMutablePointer<Sample> {
      let plane = frame.planes[index]
      return (plane.base + ((area.y1 >> shiftY) + cellRow) * plane.stride).assumingMemoryBound(to: Sample.self)
        + (area.x1 >> shiftX)
    }
    chroma.finish(touched, known: known, cellRow: cellRow, cb: line(1), cr: line(2))
    touched = 0..<0
  }
}

extension Frame {
  fileprivate var isPlanarYUV: Bool {
    if case .planarYUV = format.layout { return true }
    return false
  }

  /// Bytes from one pixel of plane 0 to the next.
  fileprivate var bytesPerPixel: Int {
    let channels = format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1
    return channels * format.bytesPerSample
  }
}

/// Bytes that grow when asked for more and never shrink.
private final class PaintMemory {
  private(set) var base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
  private var count = 64

  deinit { base.deallocate() }

  /// Makes room; what was there is lost when it grows.
  func reserve(_ bytes: Int) {
    guard bytes > count else { return }
    base.deallocate()
    count = bytes
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  }
}

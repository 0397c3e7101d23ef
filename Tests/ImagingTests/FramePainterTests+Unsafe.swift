import Imaging
import TestSupport
import Testing

/// Rows painted into frames of every format, against the rule in double precision.
@Suite struct FramePainterTests {
  /// Made-up rows for an area: soft mask inside a band, colours, places a few pixels away.
  private struct Rows {
    let width: Int
    var columns: [Range<Int>] = []
    var colors: [[SIMD4<Float>]] = []
    var face: [[Float]] = []
    var mask: [[Float]] = []
    var fromX: [[Float]] = []
    var fromY: [[Float]] = []

    init(width: Int, height: Int, colorful: Bool = true) {
      self.width = width
      var noise = TestNoise(7)
      let padded = (width + 23) / 8 * 8
      for y in 0..<height {
        let columns = y % 9 == 8 ? 0..<0 : min(3 + y / 3, width)..<max(width - y / 4, min(3 + y / 3, width))
        self.columns.append(columns)
        func list(_ value: (Int) -> Float) -> [Float] { (0..<padded).map { columns.contains($0) ? value($0) : 0 } }
        let face = list { x in x % 11 == 0 ? 0 : min(1, Float(x - columns.lowerBound + 1) / 12) }
        self.face.append(face)
        mask.append(list { x in face[x] * (x % 7 == 2 ? 0.3 : 1) })
        colors.append(
          (0..<padded).map { _ in
            SIMD4(
              Float.random(in: -0.2...1.2, using: &noise), Float.random(in: 0...1, using: &noise),
              Float.random(in: 0...1, using: &noise), 9)
          })
        fromX.append((0..<padded).map { Float($0) + 2.25 - Float(y) / 20 })
        fromY.append((0..<padded).map { Float(y) - 1.5 + Float($0) / 30 })
      }
    }

    func paint(_ frame: Frame, _ area: PixelRectangle, _ painter: FramePainter = FramePainter()) {
      painter.begin(frame, area: area)
      for y in columns.indices {
        colors[y].withUnsafeBufferPointer { colors in
          face[y].withUnsafeBufferPointer { face in
            mask[y].withUnsafeBufferPointer { mask in
              fromX[y].withUnsafeBufferPointer { fromX in
                fromY[y].withUnsafeBufferPointer { fromY in
                  guard let colors = colors.baseAddress, let face = face.baseAddress, let mask = mask.baseAddress,
                    let fromX = fromX.baseAddress, let fromY = fromY.baseAddress
                  else { return }
                  painter.paint(
                    PaintedRow(
                      columns: columns[y], colors: colors, darkest: 0.005, face: face, mask: mask, fromX: fromX,
                      fromY: fromY), y: y)
                }
              }
            }
          }
        }
      }
      painter.end()
    }
  }

  /// The rule for one plane without cells: unrounded value at a pixel of the area.
  private func expected(
    _ frame: Frame, _ area: PixelRectangle, _ rows: Rows, _ x: Int, _ y: Int, step: Int, channel: Int,
    _ color: ([Double]) -> Double
  ) -> Double {
    let (face, mask) = (Double(rows.face[y][x]), Double(rows.mask[y][x]))
    func at(_ px: Int, _ py: Int) -> Double {
      PlainReference.sample(frame, plane: 0, x: (px + area.x1) * step + channel, y: py + area.y1)
    }
    let carried = PlainReference.bilinear(
      area.x2 - area.x1, area.y2 - area.y1, Double(rows.fromX[y][x]), Double(rows.fromY[y][x]), at)
    let base = at(x, y) + face * (carried - at(x, y))
    let rgb = (0..<3).map { Double(min(max(rows.colors[y][x][$0], 0.005), 1)) }
    return min(max(base + mask * (color(rgb) - base), 0), Double(frame.format.maximum))
  }

  @Test(arguments: FormatCase.all)
  func firstPlaneFollowsTheRule(_ format: FormatCase) {
    let frame = makeTestFrame(83, 51, format, seed: 4)
    let before = frame.copy()
    let area = FramePainter.area(PixelRectangle(x1: 21, y1: 9, x2: 200, y2: 44), in: frame)
    #expect(area == PixelRectangle(x1: 16, y1: 8, x2: 83, y2: 48))
    let rows = Rows(width: area.x2 - area.x1, height: area.y2 - area.y1)
    rows.paint(frame, area)
    let (kr, kb, lumaOffset, lumaScale, _, _) = PlainReference.constants(before)
    let isPacked = frame.format.layout == .interleavedRGB
    let step = isPacked ? (frame.format.hasAlpha ? 4 : 3) : 1
    var worst = 0.0
    for y in 0..<51 {
      for x in 0..<(83 * step) {
        let (column, row) = (x / step - area.x1, y - area.y1)
        let isInside = column >= 0 && row >= 0 && row < rows.columns.count && rows.columns[row].contains(column)
        let got = PlainReference.sample(frame, plane: 0, x: x, y: y)
        guard isInside, rows.face[row][column] > 0, x % step < 3 else {
          #expect(got == PlainReference.sample(before, plane: 0, x: x, y: y))
          continue
        }
        let value = expected(before, area, rows, column, row, step: step, channel: x % step) { rgb in
          isPacked
            ? rgb[x % step] * Double(frame.format.maximum)
            : (kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]) * lumaScale + lumaOffset
        }
        worst = max(worst, abs(got - value))
      }
    }
    #expect(worst <= 0.5 + (frame.format.bitDepth == 16 ? 0.6 : 0.02))
  }

  /// Without carrying, chroma is the mean of mask and colour over its cell.
  @Test(arguments: FormatCase.all.filter { $0.format.layout != .interleavedRGB && $0.format.layout != .gray })
  func chromaIsTheMeanOverItsCell(_ format: FormatCase) {
    guard case .planarYUV(let shiftX, let shiftY) = format.format.layout else { return }
    let frame = makeTestFrame(83, 51, format, seed: 9)
    let before = frame.copy()
    let area = FramePainter.area(PixelRectangle(x1: 16, y1: 8, x2: 83, y2: 51), in: frame)
    var rows = Rows(width: area.x2 - area.x1, height: area.y2 - area.y1)
    for y in rows.columns.indices {
      rows.fromX[y] = rows.fromX[y].indices.map { Float($0) }
      rows.fromY[y] = rows.fromY[y].map { _ in Float(y) }
    }
    rows.paint(frame, area)
    let (kr, kb, _, _, offset, scale) = PlainReference.constants(before)
    var worst = 0.0
    for cy in 0..<frame.planes[1].height {
      for cx in 0..<frame.planes[1].width {
        var (count, mask, cb, cr) = (0.0, 0.0, 0.0, 0.0)
        for y in (cy << shiftY)..<min((cy + 1) << shiftY, 51) {
          for x in (cx << shiftX)..<min((cx + 1) << shiftX, 83) {
            count += 1
            let (column, row) = (x - area.x1, y - area.y1)
            guard column >= 0, row >= 0, rows.columns[row].contains(column) else { continue }
            let share = Double(rows.mask[row][column])
            let rgb = (0..<3).map { Double(min(max(rows.colors[row][column][$0], 0.005), 1)) }
            let luma = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]
            mask += share
            cb += share * ((rgb[2] - luma) / (2 * (1 - kb)) * scale + offset)
            cr += share * ((rgb[0] - luma) / (2 * (1 - kr)) * scale + offset)
          }
        }
        for (plane, sum) in [(1, cb), (2, cr)] {
          let old = PlainReference.sample(before, plane: plane, x: cx, y: cy)
          let value = min(max(old * (1 - mask / count) + sum / count, 0), Double(frame.format.maximum))
          worst = max(worst, abs(PlainReference.sample(frame, plane: plane, x: cx, y: cy) - value))
        }
      }
    }
    #expect(worst <= 0.5 + (frame.format.bitDepth == 16 ? 0.6 : 0.02))
    if frame.format.hasAlpha { #expect(PlainReference.isEqual(frame, before, plane: 3)) }
  }

  /// Old chroma moves with the luma: a picture that is carried by whole cells arrives shifted.
  @Test func chromaIsCarriedAlong() {
    let frame = makeTestFrame(64, 64, FormatCase.all[0], seed: 3)
    let before = frame.copy()
    let area = FramePainter.area(PixelRectangle(x1: 0, y1: 0, x2: 64, y2: 64), in: frame)
    var rows = Rows(width: 64, height: 64)
    for y in 0..<64 {
      rows.columns[y] = 8..<48
      rows.face[y] = rows.face[y].indices.map { (8..<48).contains($0) ? 1 : 0 }
      rows.mask[y] = rows.mask[y].map { _ in 0 }
      rows.fromX[y] = rows.fromX[y].indices.map { Float($0 + 6) }
      rows.fromY[y] = rows.fromY[y].map { _ in Float(y - 4) }
    }
    rows.paint(frame, area)
    for plane in 0..<3 {
      let unit = plane == 0 ? 1 : 2
      for y in stride(from: 8 / unit, to: 64 / unit, by: 5) {
        for x in (8 / unit)..<(48 / unit) {
          let moved = PlainReference.sample(before, plane: plane, x: x + 6 / unit, y: y - 4 / unit)
          #expect(PlainReference.sample(frame, plane: plane, x: x, y: y) == moved)
        }
      }
    }
  }

  @Test func aUsedPainterPaintsLikeANewOne() {
    let used = FramePainter()
    let large = makeTestFrame(83, 51, FormatCase.all[2], seed: 1)
    Rows(width: 83, height: 51).paint(large, PixelRectangle(x1: 0, y1: 0, x2: 83, y2: 51), used)
    let (first, second) = (makeTestFrame(40, 33, FormatCase.all[0]), makeTestFrame(40, 33, FormatCase.all[0]))
    let area = PixelRectangle(x1: 8, y1: 8, x2: 40, y2: 33)
    let rows = Rows(width: 32, height: 25)
    rows.paint(first, area, used)
    rows.paint(second, area)
    for plane in 0..<3 { #expect(PlainReference.isEqual(first, second, plane: plane)) }
  }

  @Test func areasOutsideTheFrameAreEmpty() {
    let frame = makeTestFrame(40, 33, FormatCase.all[0])
    for wanted in [
      PixelRectangle(x1: 50, y1: 0, x2: 60, y2: 9), PixelRectangle(x1: -30, y1: 0, x2: -2, y2: 9),
      PixelRectangle(x1: 3, y1: 90, x2: 9, y2: 99),
    ] { #expect(FramePainter.area(wanted, in: frame).isEmpty) }
  }
}

import Imaging
import TestSupport
import Testing

/// Patches and partial windows: the paths of the mesh swapper.
@Suite struct FramePatchTests {
  private let side = 24

  /// A window whose rim is zero.
  private func change() -> FloatWindow {
    var window = makeTestWindow(side, seed: 11)
    for y in 0..<side {
      for x in 0..<side {
        let isRim = x == 0 || y == 0 || x == side - 1 || y == side - 1
        window[x, y] = isRim ? .zero : window[x, y] * 0.4 - SIMD4(0.2, 0.2, 0.2, 0)
      }
    }
    return window
  }

  @Test(arguments: FormatCase.all, FramePasteTests.placements)
  func patchEqualsTheDifferenceUnderAFullMask(format: FormatCase, m: AffineTransform) {
    let patch = change()
    let frame = makeTestFrame(59, 41, format, seed: 2)
    let mask = [Float](repeating: 1, count: side * side)
    let expected = PlainReference.pasted(frame, patch, FloatWindow(side: side), mask, m)
    let before = frame.copy()
    patch.storage.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      frame.add(FramePatch(change: base, size: PixelSize(width: side, height: side), transform: m))
    }
    var worst = 0.0
    for (plane, rows) in expected.enumerated() {
      for (y, row) in rows.enumerated() {
        for (x, value) in row.enumerated() {
          worst = max(worst, abs(PlainReference.sample(frame, plane: plane, x: x, y: y) - value))
        }
      }
    }
    // The patch ends a thousandth of a pixel before its rim.
    let step = frame.format.bitDepth == 16 ? 30.0 : frame.format.bitDepth > 8 ? 1 : 0.1
    #expect(worst <= 0.5 + step)
    #expect(!PlainReference.isEqual(frame, before, plane: 0))
  }

  @Test func patchOutsideTheFrameChangesNothing() {
    let patch = change()
    let frame = makeTestFrame(30, 20, FormatCase.all[0])
    let before = frame.copy()
    patch.storage.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      for m in [
        makeTransform(degrees: 0, scale: 1, x: 700, y: 0), AffineTransform(a: 0, b: 0, c: 4, d: 0, e: 0, f: 4),
        AffineTransform(a: .nan, b: 0, c: 1, d: 0, e: 1, f: .infinity),
      ] {
        frame.add(FramePatch(change: base, size: PixelSize(width: side, height: side), transform: m))
      }
    }
    for plane in 0..<3 { #expect(PlainReference.isEqual(frame, before, plane: plane)) }
  }

  @Test(arguments: FormatCase.all)
  func partialWindowIsTheWholeWindowWhereWanted(format: FormatCase) {
    let frame = makeTestFrame(61, 47, format)
    let m = makeTransform(degrees: 17, scale: 0.63, x: -8.3, y: 4.4)
    var whole = FloatWindow(side: 32)
    frame.sample(m, into: &whole)
    let ranges = (0..<30).map { row in row % 5 == 4 ? 0..<0 : (row / 2)..<min(row + 9, 40) }
    var part = FloatWindow(side: 32)
    for index in part.storage.indices { part.storage[index] = SIMD4(9, 9, 9, 9) }
    frame.sample(m, into: &part, columns: ranges)
    for (row, range) in ranges.enumerated() {
      for column in range.clamped(to: 0..<32) { #expect(part[column, row] == whole[column, row]) }
      if range.isEmpty { #expect(part[16, row] == SIMD4(9, 9, 9, 9)) }
    }
    #expect((30..<32).allSatisfy { row in (0..<32).allSatisfy { part[$0, row] == SIMD4(9, 9, 9, 9) } })
  }
}

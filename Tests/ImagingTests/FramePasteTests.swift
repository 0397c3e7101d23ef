import Imaging
import Testing

@Suite struct FramePasteTests {
  private func softMask(_ side: Int) -> [Float] {
    (0..<side * side).map { index in
      let x = Float(index % side) - Float(side - 1) / 2
      let y = Float(index / side) - Float(side - 1) / 2
      let r = (x * x + y * y).squareRoot() / Float(side) * 2
      return r > 0.9 ? 0 : r < 0.6 ? 1 : (0.9 - r) / 0.3
    }
  }

  private func check(_ frame: Frame, side: Int, _ m: AffineTransform, mask: [Float]) {
    let new = makeTestWindow(side, seed: 5)
    let old = makeTestWindow(side, seed: 6)
    let before = frame.copy()
    let expected = PlainReference.pasted(frame, new, old, mask, m)
    frame.addDifference(new: new, old: old, mask: mask, m)
    var worst = 0.0
    var disturbed = 0
    for (index, rows) in expected.enumerated() {
      for (y, row) in rows.enumerated() {
        for (x, value) in row.enumerated() {
          let got = PlainReference.sample(frame, plane: index, x: x, y: y)
          worst = max(worst, abs(got - value))
          let original = PlainReference.sample(before, plane: index, x: x, y: y)
          if value == original && got != original { disturbed += 1 }
        }
      }
    }
    let step = frame.format.bitDepth == 16 ? 0.3 : 0.01
    #expect(worst <= 0.5 + step)
    #expect(disturbed == 0)
    for plane in frame.planes.indices.dropFirst(expected.count) {
      #expect(PlainReference.isEqual(frame, before, plane: plane))
    }
  }

  static let placements = [
    makeTransform(degrees: 0, scale: 1, x: -12, y: -9), makeTransform(degrees: 31, scale: 1.3, x: -25, y: 12),
    makeTransform(degrees: -75, scale: 0.6, x: 30, y: 2), makeTransform(degrees: 5, scale: 1, x: 20, y: 14),
  ]

  @Test(arguments: FormatCase.all, placements)
  func pasteEqualsThePlainVersion(format: FormatCase, m: AffineTransform) {
    check(makeTestFrame(59, 41, format, seed: 2), side: 32, m, mask: softMask(32))
  }

  /// A mask that is 1 up to its edge shows how the border is treated.
  @Test(arguments: FormatCase.all)
  func hardMaskEndsWithTheWindow(format: FormatCase) {
    check(
      makeTestFrame(35, 48, format, seed: 4), side: 16, makeTransform(degrees: 12, scale: 0.8, x: -5, y: -7),
      mask: Array(repeating: 1, count: 256))
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 5), (359, 3)])
  func oddSizes(width: Int, height: Int) {
    for format in FormatCase.all {
      check(
        makeTestFrame(width, height, format, seed: 8), side: 12, makeTransform(degrees: 3, scale: 1, x: 2, y: 3),
        mask: Array(repeating: 0.7, count: 144))
    }
  }

  @Test func nothingHappensOutsideOrWithoutAMask() {
    for format in FormatCase.all {
      let frame = makeTestFrame(30, 20, format)
      let before = frame.copy()
      let (new, old) = (makeTestWindow(16, seed: 1), makeTestWindow(16, seed: 2))
      let full = [Float](repeating: 1, count: 256)
      frame.addDifference(new: new, old: old, mask: full, makeTransform(degrees: 0, scale: 1, x: 500, y: 0))
      frame.addDifference(new: new, old: old, mask: full, makeTransform(degrees: 0, scale: 1, x: 0, y: -4000))
      frame.addDifference(new: new, old: old, mask: full, AffineTransform(a: 0, b: 0, c: 5, d: 0, e: 0, f: 5))
      frame.addDifference(
        new: new, old: old, mask: full, AffineTransform(a: .nan, b: 0, c: 5, d: 0, e: 1e300, f: .infinity))
      frame.addDifference(
        new: new, old: old, mask: Array(repeating: 0, count: 256), makeTransform(degrees: 0, scale: 1, x: 0, y: 0))
      frame.addDifference(new: new, old: new, mask: full, makeTransform(degrees: 0, scale: 1, x: 0, y: 0))
      #expect(frame.planes.indices.allSatisfy { PlainReference.isEqual(frame, before, plane: $0) })
    }
  }

  /// Sampling and pasting the same window gives the new picture where the mask is 1.
  @Test func pasteBringsTheWindowsPicture() {
    let frame = Frame(
      PixelBuffer8(size: PixelSize(width: 64, height: 64), channels: 3, repeating: 90), format: .yuv420)
    let m = makeTransform(degrees: 0, scale: 1, x: -16, y: -16)
    var old = FloatWindow(side: 32)
    frame.sample(m, into: &old)
    var new = old
    for index in new.storage.indices { new.storage[index] = SIMD4(0.8, 0.4, 0.2, 0) }
    frame.addDifference(new: new, old: old, mask: Array(repeating: 1, count: 1024), m)
    let result = frame.toPixelBuffer8()
    #expect(abs(Int(result[32, 32, 0]) - 204) <= 2)
    #expect(abs(Int(result[32, 32, 1]) - 102) <= 2)
    #expect(abs(Int(result[32, 32, 2]) - 51) <= 2)
    #expect(abs(Int(result[4, 4, 0]) - 90) <= 1)
  }
}

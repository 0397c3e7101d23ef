import Imaging
import Testing

/// Frames as 8-bit B, G, R pictures, and their changes on the way back.
@Suite struct FramePictureTests {
  private static let part = PixelRectangle(x1: 7, y1: 5, x2: 40, y2: 31)

  /// Everything inside `part` inverted.
  private func changed(_ picture: PixelBuffer8) -> PixelBuffer8 {
    var new = picture
    for y in Self.part.y1..<Self.part.y2 {
      for x in Self.part.x1..<Self.part.x2 {
        for channel in 0..<3 { new[x, y, channel] = 255 - new[x, y, channel] }
      }
    }
    return new
  }

  @Test func pictureHasBlueFirst() {
    let frame = Frame(PixelBuffer8(size: PixelSize(width: 1, height: 1), channels: 3, samples: [10, 20, 30]))
    #expect(frame.bgrPicture().samples == [30, 20, 10])
    #expect(frame.bgrPicture().reversingChannels().samples == [10, 20, 30])
  }

  @Test(arguments: FormatCase.all)
  func anUnchangedPictureChangesNothing(format: FormatCase) {
    let frame = makeTestFrame(59, 41, format)
    let before = frame.copy()
    let picture = frame.bgrPicture()
    frame.change(from: picture, to: picture, in: nil)
    #expect(differences(frame, before).isEmpty)
  }

  @Test(arguments: FormatCase.all)
  func onlyTheCellsOfThePartChange(format: FormatCase) {
    let frame = makeTestFrame(59, 41, format)
    let before = frame.copy()
    let picture = frame.bgrPicture()
    frame.change(from: picture, to: changed(picture), in: [Self.part])
    let touched = differences(frame, before)
    #expect(!touched.isEmpty)
    // A chroma cell of 4:2:0 or 4:1:1 reaches over the edge of the part by its own size.
    for (x, y) in touched {
      #expect((Self.part.x1 - 3..<Self.part.x2 + 3).contains(x) && (Self.part.y1 - 1..<Self.part.y2 + 1).contains(y))
    }
  }

  @Test(arguments: [PixelFormat.rgb8, .rgba8])
  func rgbTakesThePictureExactly(format: PixelFormat) {
    let frame = makeTestFrame(59, 41, FormatCase(format: format, color: .init()))
    let alpha = frame.alphaPlane8()
    let new = changed(frame.bgrPicture())
    frame.change(from: frame.bgrPicture(), to: new, in: nil)
    #expect(frame.bgrPicture() == new)
    #expect(frame.alphaPlane8() == alpha)
  }

  @Test(arguments: [8, 10])
  func fullChromaFollowsThePicture(bits: Int) {
    let format = FormatCase(
      format: PixelFormat(layout: .planarYUV(chromaShiftX: 0, chromaShiftY: 0), bitDepth: bits),
      color: ColorDescription(matrixCode: 1))
    // Colours that the limited range holds: a mild picture turned around.
    let size = PixelSize(width: 59, height: 41)
    let mild = PixelBuffer8(
      size: size, channels: 3, samples: (0..<size.area * 3).map { UInt8(90 + $0 * 7 % 60) })
    let frame = Frame(mild.reversingChannels(), format: format.format, color: format.color)
    let old = frame.bgrPicture()
    let new = changed(old)
    frame.change(from: old, to: new, in: [Self.part])
    let worst = zip(frame.bgrPicture().samples, new.samples).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(worst <= 2)
  }

  @Test func partsOutsideTheFrameAreCutOff() {
    let frame = makeTestFrame(20, 10, FormatCase(format: .rgb8, color: .init()))
    let before = frame.copy()
    let old = frame.bgrPicture()
    var new = old
    new[19, 9, 1] = 255 - new[19, 9, 1]
    frame.change(from: old, to: new, in: [PixelRectangle(x1: 30, y1: 2, x2: 40, y2: 8)])
    #expect(differences(frame, before).isEmpty)
    frame.change(from: old, to: new, in: [PixelRectangle(x1: 15, y1: 5, x2: 400, y2: 80)])
    #expect(differences(frame, before).map(\.0) == [19])
  }

  @Test(arguments: FormatCase.all.filter(\.format.hasAlpha))
  func alphaGoesThereAndBack(format: FormatCase) {
    let frame = makeTestFrame(9, 7, format)
    let mask = PixelBuffer8(size: frame.size, channels: 1, samples: (0..<63).map { UInt8($0 * 4) })
    frame.setAlpha(mask)
    #expect(frame.alphaPlane8() == mask)
  }

  @Test(arguments: FormatCase.all)
  func alphaIsAddedOpaque(format: FormatCase) {
    let frame = makeTestFrame(21, 7, format)
    let more = frame.addingAlpha()
    #expect(more.format.hasAlpha)
    #expect(more.bgrPicture() == frame.bgrPicture())
    if !format.format.hasAlpha { #expect(more.alphaPlane8()?.samples.allSatisfy { $0 == 255 } == true) }
  }

  @Test func aFrameWithoutAlphaHasNone() {
    #expect(makeTestFrame(9, 7, FormatCase(format: .rgb8, color: .init())).alphaPlane8() == nil)
  }

  /// Pixels where any plane differs.
  private func differences(_ a: Frame, _ b: Frame) -> [(Int, Int)] {
    var found: [(Int, Int)] = []
    for (index, plane) in a.planes.enumerated() {
      let step = a.format.layout == .interleavedRGB ? (a.format.hasAlpha ? 4 : 3) : 1
      let across = max(1, (a.size.width + plane.width - 1) / plane.width)
      let down = max(1, (a.size.height + plane.height - 1) / plane.height)
      for y in 0..<plane.height {
        for x in 0..<plane.width * step
        where PlainReference.sample(a, plane: index, x: x, y: y) != PlainReference.sample(b, plane: index, x: x, y: y) {
          found.append((x / step * across, y * down))
        }
      }
    }
    return found
  }
}

import Imaging
import TestSupport
import Testing

@Suite struct DrawingTests {
  private let red = DrawColor(red: 255, green: 0, blue: 0)
  private let white = DrawColor(red: 255, green: 255, blue: 255)

  private func black(_ width: Int, _ height: Int, _ format: FormatCase = FormatCase(format: .rgb8, color: .init()))
    -> Frame
  {
    Frame(
      PixelBuffer8(size: PixelSize(width: width, height: height), channels: 3, repeating: 0), format: format.format,
      color: format.color)
  }

  /// The rows of the red channel as text: # painted, . not.
  private func picture(_ frame: Frame) -> [String] {
    let buffer = frame.toPixelBuffer8(keepingAlpha: false)
    return (0..<buffer.height).map { y in
      String((0..<buffer.width).map { buffer[$0, y, 0] > 127 ? "#" : "." })
    }
  }

  @Test(arguments: [
    (0, ["......", "......", "..#...", "......", "......"]), (1, ["......", "..#...", ".###..", "..#...", "......"]),
    (2, [".###..", "#####.", "#####.", "#####.", ".###.."]),
  ])
  func circles(radius: Int, expected: [String]) {
    let frame = black(6, 5)
    frame.fillCircle(center: PixelPoint(x: 2, y: 2), radius: radius, color: red)
    #expect(picture(frame) == expected)
  }

  @Test func lines() {
    let frame = black(8, 6)
    frame.drawLine(from: PixelPoint(x: 1, y: 1), to: PixelPoint(x: 6, y: 1), color: red)
    frame.drawLine(from: PixelPoint(x: 1, y: 5), to: PixelPoint(x: 1, y: 3), color: red)
    #expect(picture(frame) == ["........", ".######.", "........", ".#......", ".#......", ".#......"])
    let diagonal = black(6, 6)
    diagonal.drawLine(from: PixelPoint(x: 0, y: 0), to: PixelPoint(x: 5, y: 5), color: red)
    for i in 0..<6 { #expect(picture(diagonal)[i].dropFirst(i).first == "#") }
    let thick = black(9, 7)
    thick.drawLine(from: PixelPoint(x: 2, y: 3), to: PixelPoint(x: 6, y: 3), thickness: 3, color: red)
    #expect(picture(thick)[1] == "." + String(repeating: ".", count: 8))
    #expect(picture(thick)[2] == ".#######.")
    #expect(picture(thick)[3] == ".#######.")
  }

  @Test func steepAndFlatLinesAreWithoutGaps() {
    for end in [PixelPoint(x: 39, y: 7), PixelPoint(x: 6, y: 39), PixelPoint(x: 39, y: 31)] {
      let frame = black(40, 40)
      frame.drawLine(from: PixelPoint(x: 2, y: 1), to: end, thickness: 2, color: white)
      let rows = picture(frame)
      for y in 1...end.y { #expect(rows[y].contains("#")) }
      for x in 2...end.x { #expect(rows.contains { $0.dropFirst(x).first == "#" }) }
    }
  }

  @Test func shapesOutsideAreCutOff() {
    let frame = black(10, 10)
    frame.fillCircle(center: PixelPoint(x: -50, y: 3), radius: 4, color: red)
    frame.drawLine(from: PixelPoint(x: -9_000_000, y: 60), to: PixelPoint(x: 9_000_000, y: 60), color: red)
    frame.drawRectangle(Box(x1: -4e9, y1: -4e9, x2: 4e9, y2: 4e9), thickness: 3, color: red)
    frame.drawText("OUT", at: PixelPoint(x: -100, y: -100), color: red)
    frame.drawPoints([Point(.nan, 40), Point(90, .infinity)], radius: 2, color: red)
    #expect(picture(frame).allSatisfy { !$0.contains("#") })
    frame.drawLine(from: PixelPoint(x: -9_000_000, y: 4), to: PixelPoint(x: 9_000_000, y: 4), color: red)
    #expect(picture(frame)[4] == "##########")
    frame.fillCircle(center: PixelPoint(x: 9, y: 9), radius: 3, color: red)
    #expect(picture(frame)[9].hasSuffix("###"))
  }

  @Test func rectangleIsAnOutline() {
    let frame = black(8, 6)
    frame.drawRectangle(Box(x1: 1.9, y1: 1, x2: 6.2, y2: 4.9), color: red)
    #expect(picture(frame) == ["........", ".######.", ".#....#.", ".#....#.", ".######.", "........"])
  }

  @Test func maskOutline() {
    let frame = black(7, 5)
    var mask = PixelBuffer8(size: frame.size, channels: 1, repeating: 100)
    for y in 0..<4 { for x in 1..<6 { mask[x, y] = 101 } }
    frame.drawOutline(of: mask, above: 100, color: red)
    #expect(picture(frame) == [".#####.", ".#...#.", ".#...#.", ".#####.", "......."])
  }

  @Test func text() {
    let frame = black(14, 9)
    let width = frame.drawText("t1", at: PixelPoint(x: 1, y: 1), color: white)
    #expect(width == 12)
    #expect(picture(frame)[1] == ".#####...#....")
    #expect(picture(frame)[7] == "...#....###...")
    let large = black(12, 14)
    large.drawText("É", at: PixelPoint(x: 0, y: 0), scale: 2, color: white)
    #expect(picture(large)[0] == "##########..")
    #expect(picture(large)[2] == "##......##..")
  }

  @Test(arguments: FormatCase.all)
  func everyFormatShowsTheColour(format: FormatCase) {
    let frame = black(16, 12, format)
    frame.drawLine(
      from: PixelPoint(x: 0, y: 6), to: PixelPoint(x: 15, y: 6), thickness: 6,
      color: DrawColor(red: 200, green: 100, blue: 50))
    let result = frame.toPixelBuffer8(keepingAlpha: false)
    let isGray = format.format.layout == .gray
    let luma = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    for (channel, value) in [200.0, 100, 50].enumerated() {
      #expect(abs(Double(result[8, 6, channel]) - (isGray ? luma : value)) <= 3)
    }
    #expect(result[8, 0, 0] <= 2)
  }
}

import Imaging
import Testing

/// Drawing on B, G, R pictures; the expected pictures are what OpenCV 5.0.0 draws.
@Suite struct PictureDrawingTests {
  private let color = DrawColor(red: 30, green: 20, blue: 10)

  private func black(_ width: Int, _ height: Int) -> PixelBuffer8 {
    PixelBuffer8(size: PixelSize(width: width, height: height), channels: 3, repeating: 0)
  }

  private func rows(_ picture: PixelBuffer8) -> [String] {
    (0..<picture.height).map { y in String((0..<picture.width).map { picture[$0, y, 2] == 30 ? "#" : "." }) }
  }

  @Test func coloursAreBlueGreenRed() {
    var picture = black(1, 1)
    picture.drawDisc(at: PixelPoint(x: 0, y: 0), radius: 0, color: color)
    #expect(picture.samples == [10, 20, 30])
  }

  /// How far each row reaches, from the middle row down.
  @Test(arguments: [
    (0, [0]), (1, [1, 0]), (2, [2, 1, 0]), (3, [3, 2, 2, 0]), (5, [5, 4, 4, 4, 3, 0]),
    (10, [10, 9, 9, 9, 9, 8, 8, 7, 6, 4, 0]),
  ])
  func discs(radius: Int, reaches: [Int]) {
    var picture = black(23, 23)
    picture.drawDisc(at: PixelPoint(x: 11, y: 11), radius: radius, color: color)
    for (dy, reach) in reaches.enumerated() {
      let row = (0..<23).map { abs($0 - 11) <= reach ? "#" : "." }.joined()
      #expect(rows(picture)[11 + dy] == row)
      #expect(rows(picture)[11 - dy] == row)
    }
    #expect(rows(picture).filter { $0.contains("#") }.count == 2 * radius + 1)
  }

  @Test func linesOfTwoAndThree() {
    var two = black(7, 5)
    two.drawStraightLine(
      from: PixelPoint(x: 2, y: 2), to: PixelPoint(x: 4, y: 2), thickness: 2, color: color)
    #expect(rows(two) == [".......", "..###..", ".#####.", "..###..", "......."])
    var three = black(5, 7)
    three.drawStraightLine(
      from: PixelPoint(x: 2, y: 4), to: PixelPoint(x: 2, y: 2), thickness: 3, color: color)
    #expect(rows(three) == ["..#..", ".###.", "#####", "#####", "#####", ".###.", "..#.."])
  }

  @Test func rectanglesAreCutToWholePixelsAndAtTheEdge() {
    var picture = black(6, 5)
    picture.drawRectangle(Box(x1: 1.9, y1: 1.2, x2: 4.9, y2: 30), thickness: 1, color: color)
    #expect(rows(picture) == ["......", ".####.", ".#..#.", ".#..#.", ".#..#."])
  }

  @Test func contoursOfPartsAndHoles() {
    let mask = ["........", ".#####..", ".#####..", ".##.##..", ".#####..", ".#####.#", "......##"]
    let values = mask.joined().map { $0 == "#" ? UInt8(200) : 100 }
    var picture = black(8, 7)
    picture.drawContours(
      of: PixelBuffer8(size: picture.size, channels: 1, samples: values), above: 100, thickness: 1, color: color)
    #expect(
      rows(picture) == ["........", ".#####..", ".#.#.#..", ".##.##..", ".#.#.#..", ".#####.#", "......##"])
  }

  /// Two pixels corner to corner: discs of radius 1 and the four pixels of the step between them.
  @Test func aWideDiagonalStep() {
    var picture = black(7, 6)
    var mask = PixelBuffer8(size: picture.size, channels: 1, repeating: 0)
    (mask[2, 2], mask[3, 3]) = (255, 255)
    picture.drawContours(of: mask, above: 100, thickness: 2, color: color)
    #expect(rows(picture) == [".......", "..##...", ".####..", ".####..", "..##...", "......."])
  }
}

// Drawing on B, G, R pictures, pixel by pixel as the peer's library has it (measured). Positions are whole pixels;
// parts outside the picture are cut off.
extension PixelBuffer where Sample == UInt8 {
  /// A filled circle: every pixel whose centre is at most `radius` away.
  public mutating func drawDisc(at center: PixelPoint, radius: Int, color: DrawColor) {
    for dy in -radius...radius {
      let reach = Int(Double(radius * radius - dy * dy).squareRoot())
      paint(row: center.y + dy, columns: center.x - reach...center.x + reach, color)
    }
  }

  /// A straight line along a row or a column: discs all along it.
  ///
  /// - Parameter thickness: 1 is one pixel wide; wider lines are 1 + 2 · ⌊(thickness + 1) / 2⌋ pixels wide, as there.
  public mutating func drawStraightLine(
    from start: PixelPoint, to end: PixelPoint, thickness: Int, color: DrawColor
  ) {
    precondition(start.x == end.x || start.y == end.y, "a straight line lies along a row or a column")
    let radius = Self.brushRadius(thickness)
    func within(_ range: ClosedRange<Int>, _ limit: Int) -> Range<Int> {
      max(range.lowerBound, -radius)..<max(min(range.upperBound, limit + radius) + 1, max(range.lowerBound, -radius))
    }
    for y in within(min(start.y, end.y)...max(start.y, end.y), height) {
      for x in within(min(start.x, end.x)...max(start.x, end.x), width) {
        drawDisc(at: PixelPoint(x: x, y: y), radius: radius, color: color)
      }
    }
  }

  /// The outline of a box, its corners cut to whole pixels.
  public mutating func drawRectangle(_ box: Box, thickness: Int, color: DrawColor) {
    let first = PixelPoint(truncating: Point(box.x1, box.y1))
    let last = PixelPoint(truncating: Point(box.x2, box.y2))
    let corners = [first, PixelPoint(x: last.x, y: first.y), last, PixelPoint(x: first.x, y: last.y)]
    for (start, end) in zip(corners, corners.dropFirst() + [first]) {
      drawStraightLine(from: start, to: end, thickness: thickness, color: color)
    }
  }

  /// The contours of the parts of a mask (the picture's size, one channel) that lie above `threshold`, holes included.
  ///
  /// A contour runs through the pixels of a part that have a neighbour outside it in their row or column; the frame's
  /// edge counts as outside. Lines are drawn from each to the next.
  public mutating func drawContours(of mask: PixelBuffer8, above threshold: UInt8, thickness: Int, color: DrawColor) {
    precondition(mask.size == size && mask.channels == 1, "the mask has the picture's size and one channel")
    let radius = Self.brushRadius(thickness)
    let (width, height) = (self.width, self.height)
    func isInside(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < width && y < height && mask.samples[y * width + x] > threshold
    }
    for y in 0..<height {
      for x in 0..<width where isInside(x, y) {
        let isInner = isInside(x - 1, y) && isInside(x + 1, y) && isInside(x, y - 1) && isInside(x, y + 1)
        if isInner { continue }
        drawDisc(at: PixelPoint(x: x, y: y), radius: radius, color: color)
        for slope in [1, -1] where isInside(x + 1, y + slope) && !(isInside(x + 1, y) && isInside(x, y + slope)) {
          drawDiagonal(from: PixelPoint(x: x, y: y), slope: slope, radius: radius, color)
        }
      }
    }
  }

  /// What a line of one diagonal step shows beside the discs at its ends: four pixels, for some widths.
  private mutating func drawDiagonal(from start: PixelPoint, slope: Int, radius: Int, _ color: DrawColor) {
    guard let reach = Self.diagonalReach[radius] else { return }
    for (x, y) in [(-reach, reach), (1 - reach, reach + 1), (reach, -reach), (reach + 1, 1 - reach)] {
      paint(row: start.y + slope * y, columns: start.x + x...start.x + x, color)
    }
  }

  /// By the brush's radius; other radii up to 6 show nothing beside the discs.
  private static var diagonalReach: [Int: Int] { [1: 1, 4: 3, 5: 4] }

  private static func brushRadius(_ thickness: Int) -> Int { thickness <= 1 ? 0 : (thickness + 1) / 2 }

  private mutating func paint(row: Int, columns: ClosedRange<Int>, _ color: DrawColor) {
    guard row >= 0, row < height, channels >= 3 else { return }
    for x in max(columns.lowerBound, 0)..<max(min(columns.upperBound + 1, width), max(columns.lowerBound, 0)) {
      let at = (row * width + x) * channels
      (samples[at], samples[at + 1], samples[at + 2]) = (color.blue, color.green, color.red)
    }
  }
}

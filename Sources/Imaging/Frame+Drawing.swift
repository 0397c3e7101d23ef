// Drawing for the face debugger. Positions are whole pixels of the frame; parts outside it are cut off.
extension Frame {
  /// A filled circle; radius 0 is one pixel, 1 a cross of five.
  public func fillCircle(center: PixelPoint, radius: Int, color: DrawColor) {
    let paint = FramePaint(color, frame: self)
    fillDisc(center, radius, paint)
  }

  /// Filled circles of one radius at every point, truncated to whole pixels.
  public func drawPoints(_ points: [Point], radius: Int, color: DrawColor) {
    let paint = FramePaint(color, frame: self)
    for point in points { fillDisc(PixelPoint(truncating: point), radius, paint) }
  }

  private func fillDisc(_ center: PixelPoint, _ radius: Int, _ paint: FramePaint) {
    let limit = radius * radius + max(radius, 1)
    for dy in -radius...radius {
      var reach = radius
      while reach * reach + dy * dy >= limit { reach -= 1 }
      self.paint(paint, row: center.y + dy, columns: center.x - reach...center.x + reach)
    }
  }

  /// A straight line with round ends, `thickness` pixels wide.
  public func drawLine(from start: PixelPoint, to end: PixelPoint, thickness: Int = 1, color: DrawColor) {
    drawLine(start, end, thickness, FramePaint(color, frame: self))
  }

  private func drawLine(_ start: PixelPoint, _ end: PixelPoint, _ thickness: Int, _ paint: FramePaint) {
    guard let (start, end) = visiblePart(start, end, margin: thickness) else { return }
    let radius = max(Float(thickness), 1) / 2
    let from = Point(Float(start.x), Float(start.y))
    let along = Point(Float(end.x), Float(end.y)) - from
    let square = (along * along).sum()
    let reach = Int(radius.rounded(.up))
    for y in max(min(start.y, end.y) - reach, 0)...max(min(max(start.y, end.y) + reach, size.height - 1), 0) {
      // The middle of the row's span is the line's point nearest to the row; the span reaches out from there.
      let middle = along.y == 0 ? 0 : min(max((Float(y) - from.y) / along.y, 0), 1)
      var columns: ClosedRange<Int>?
      let slack = abs(along.y) >= abs(along.x) ? reach + 1 : abs(end.x - start.x) + reach
      let center = Int((from.x + along.x * middle).rounded())
      for x in max(center - slack, -reach)...max(min(center + slack, size.width + reach), -reach) {
        let offset = Point(Float(x), Float(y)) - from
        let t = square == 0 ? 0 : min(max((offset * along).sum() / square, 0), 1)
        let distance = offset - along * t
        guard (distance * distance).sum() <= radius * radius + 1e-4 else { continue }
        columns = (columns?.lowerBound ?? x)...x
      }
      if let columns { self.paint(paint, row: y, columns: columns) }
    }
  }

  /// The part of a line that can touch the frame; nil when it passes outside.
  private func visiblePart(
    _ start: PixelPoint, _ end: PixelPoint, margin: Int
  ) -> (PixelPoint, PixelPoint)? {
    let (x0, y0) = (Double(start.x), Double(start.y))
    let (dx, dy) = (Double(end.x) - x0, Double(end.y) - y0)
    var (low, high) = (0.0, 1.0)
    let edge = Double(margin + 1)
    for (origin, step, length) in [(x0, dx, Double(size.width)), (y0, dy, Double(size.height))] {
      if step == 0 {
        if origin < -edge || origin > length + edge { return nil }
        continue
      }
      let ends = [(-edge - origin) / step, (length + edge - origin) / step]
      low = max(low, min(ends[0], ends[1]))
      high = min(high, max(ends[0], ends[1]))
    }
    guard low <= high, size.area > 0 else { return nil }
    func point(_ t: Double) -> PixelPoint {
      PixelPoint(x: Int((x0 + dx * t).rounded()), y: Int((y0 + dy * t).rounded()))
    }
    return (point(low), point(high))
  }

  /// The outline of a box, corners included.
  public func drawRectangle(_ box: Box, thickness: Int = 1, color: DrawColor) {
    drawPolygon(
      [Point(box.x1, box.y1), Point(box.x2, box.y1), Point(box.x2, box.y2), Point(box.x1, box.y2)],
      thickness: thickness, color: color)
  }

  /// The closed outline through points, which are truncated to whole pixels.
  public func drawPolygon(_ points: [Point], thickness: Int = 1, color: DrawColor) {
    let paint = FramePaint(color, frame: self)
    let corners = points.map { PixelPoint(truncating: $0) }
    guard let first = corners.first else { return }
    for (start, end) in zip(corners, corners.dropFirst() + [first]) { drawLine(start, end, thickness, paint) }
  }

  /// The outline of the parts of a mask (the frame's size, one channel) that lie above `threshold`.
  public func drawOutline(of mask: PixelBuffer8, above threshold: UInt8, thickness: Int = 1, color: DrawColor) {
    precondition(mask.size == size && mask.channels == 1, "the mask has the frame's size and one channel")
    let paint = FramePaint(color, frame: self)
    let (width, height) = (size.width, size.height)
    func isInside(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < width && y < height && mask.samples[y * width + x] > threshold
    }
    for y in 0..<height {
      for x in 0..<width where isInside(x, y) {
        if isInside(x - 1, y) && isInside(x + 1, y) && isInside(x, y - 1) && isInside(x, y + 1) { continue }
        fillDisc(PixelPoint(x: x, y: y), thickness / 2, paint)
      }
    }
  }

  /// One line of text in a 5×7 pixel font, each font pixel `scale` frame pixels wide, from its top left corner on.
  ///
  /// Letters are capitals; a character without a glyph is a hollow box. Returns the width drawn, in pixels.
  @discardableResult
  public func drawText(_ text: String, at origin: PixelPoint, scale: Int = 1, color: DrawColor) -> Int {
    let paint = FramePaint(color, frame: self)
    let scale = max(scale, 1)
    var left = origin.x
    for character in text {
      for (row, bits) in BitmapFont.rows(of: character).enumerated() {
        for column in 0..<5 where bits >> (4 - UInt8(column)) & 1 == 1 {
          let x = left + column * scale
          for line in 0..<scale {
            self.paint(paint, row: origin.y + row * scale + line, columns: x...x + scale - 1)
          }
        }
      }
      left += 6 * scale
    }
    return left - origin.x
  }
}

extension PixelPoint {
  /// The position without its fractions; far positions are kept within ±2^24.
  public init(truncating point: Point) {
    func whole(_ value: Float) -> Int { value.isNaN ? 0 : Int(min(max(value, -0x1p24), 0x1p24)) }
    self.init(x: whole(point.x), y: whole(point.y))
  }
}

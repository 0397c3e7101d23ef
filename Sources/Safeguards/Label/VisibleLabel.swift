public import Imaging

/// A line of white text on a dark plate in a corner of the frame, such as "AI". Worked out once, drawn many times; any
/// thread may draw.
public struct VisibleLabel: Sendable {
  /// How much of the picture a plate lets through, where there is no text.
  static let plateShare: Float = 0.3

  /// Where the plate lies, in pixels of the frame; all of it is inside.
  public let area: PixelRectangle
  /// Height of the text in pixels.
  public let textHeight: Int
  /// Seconds from the start; 0 = all.
  private let seconds: Double
  /// For every pixel of ``area``, row by row: the share of the text, 0…1.
  let ink: [Float]

  /// - Parameter size: of the frames that are drawn on.
  ///
  /// Throws `policy` for a text without characters, one with a character there is no glyph for, one that does not fit,
  /// and for a size outside 0.05…0.5.
  public init(policy: SafeguardPolicy.Label, size: PixelSize) throws {
    guard (0.05...0.5).contains(policy.size) else {
      throw SafeguardsError(.policy, "label.size is \(policy.size); 0.05 to 0.5 is possible.")
    }
    guard policy.seconds >= 0 else {
      throw SafeguardsError(.policy, "label.seconds is \(policy.seconds); 0 (all of the video) or more is possible.")
    }
    let glyphs = try policy.text.map { character in
      guard let glyph = LabelFont.glyph(of: character) else {
        throw SafeguardsError(
          .policy, "label.text \"\(policy.text)\" has the character \"\(character)\", which cannot be drawn.",
          hint: "Latin letters without accents, digits and \(LabelFont.signNames) can.")
      }
      return glyph
    }
    let height = max(Int((policy.size * Double(min(size.width, size.height))).rounded(.up)), 7)
    // One square of the 5×7 font.
    let unit = Float(height) / 7
    let widths = glyphs.map { Float($0.columns) * Float(height) / Float($0.rows.count) }
    let width = widths.reduce(0, +) + unit * Float(max(glyphs.count - 1, 0))
    let padding = Int((2 * unit).rounded())
    let plate = PixelSize(width: Int(width.rounded(.up)) + 2 * padding, height: height + 2 * padding)
    guard !glyphs.isEmpty, plate.width <= size.width, plate.height <= size.height else {
      throw SafeguardsError(
        .policy, "label.text \"\(policy.text)\" does not fit into a picture of \(size.width)x\(size.height).",
        hint: "Choose a shorter text in the policy.")
    }
    area = Self.place(plate, in: size, corner: policy.corner, margin: padding)
    textHeight = height
    seconds = policy.seconds
    var ink = Ink(size: plate)
    var left = Float(padding)
    for (glyph, width) in zip(glyphs, widths) {
      ink.add(glyph, left: left, top: Float(padding), width: width, height: Float(height))
      left += width + unit
    }
    self.ink = ink.shares
  }

  /// Whether a frame at `time` (seconds from the start; 0 for a picture) gets the label.
  public func isShown(at time: Double) -> Bool { seconds == 0 || time < seconds }

  private static func place(
    _ plate: PixelSize, in size: PixelSize, corner: SafeguardPolicy.Label.Corner, margin: Int
  ) -> PixelRectangle {
    let (freeX, freeY) = (size.width - plate.width, size.height - plate.height)
    let (marginX, marginY) = (min(margin, freeX), min(margin, freeY))
    let isLeft = corner == .topLeft || corner == .bottomLeft
    let isTop = corner == .topLeft || corner == .topRight
    let (x, y) = (isLeft ? marginX : freeX - marginX, isTop ? marginY : freeY - marginY)
    return PixelRectangle(x1: x, y1: y, x2: x + plate.width, y2: y + plate.height)
  }
}

/// Sums up how much of each pixel is covered.
private struct Ink {
  let size: PixelSize
  var shares: [Float]

  init(size: PixelSize) {
    self.size = size
    shares = [Float](repeating: 0, count: size.width * size.height)
  }

  mutating func add(_ glyph: LabelFont.Glyph, left: Float, top: Float, width: Float, height: Float) {
    let (stepX, stepY) = (width / Float(glyph.columns), height / Float(glyph.rows.count))
    for (row, squares) in glyph.rows.enumerated() {
      for (column, isInk) in squares.enumerated() where isInk {
        let (x, y) = (left + Float(column) * stepX, top + Float(row) * stepY)
        add(x: x...(x + stepX), y: y...(y + stepY))
      }
    }
  }

  /// Adds the exact area that a rectangle has in common with each pixel.
  private mutating func add(x: ClosedRange<Float>, y: ClosedRange<Float>) {
    for row in max(Int(y.lowerBound), 0)..<min(Int(y.upperBound.rounded(.up)), size.height) {
      let tall = min(y.upperBound, Float(row + 1)) - max(y.lowerBound, Float(row))
      for column in max(Int(x.lowerBound), 0)..<min(Int(x.upperBound.rounded(.up)), size.width) {
        let wide = min(x.upperBound, Float(column + 1)) - max(x.lowerBound, Float(column))
        let place = row * size.width + column
        shares[place] = min(shares[place] + tall * wide, 1)
      }
    }
  }
}

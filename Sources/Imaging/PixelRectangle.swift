/// Whole pixels of a picture: columns x1..<x2 of rows y1..<y2.
public struct PixelRectangle: Sendable, Hashable {
  public var x1: Int
  public var y1: Int
  public var x2: Int
  public var y2: Int

  public init(x1: Int, y1: Int, x2: Int, y2: Int) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// Where a crop is pasted.
  public init(_ area: PasteArea) {
    self.init(x1: area.x1, y1: area.y1, x2: area.x2, y2: area.y2)
  }

  public var isEmpty: Bool { x1 >= x2 || y1 >= y2 }

  /// The part inside a picture of this size.
  public func clamped(to size: PixelSize) -> PixelRectangle {
    PixelRectangle(x1: max(x1, 0), y1: max(y1, 0), x2: min(x2, size.width), y2: min(y2, size.height))
  }

  /// The smallest rectangle around both.
  public func union(_ other: PixelRectangle) -> PixelRectangle {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return PixelRectangle(
      x1: min(x1, other.x1), y1: min(y1, other.y1), x2: max(x2, other.x2), y2: max(y2, other.y2))
  }
}

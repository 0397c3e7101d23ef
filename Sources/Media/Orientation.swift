public import Imaging

/// How a stored picture must be turned to stand upright; raw values are those of the EXIF tag `Orientation` (274).
public enum Orientation: Int, Sendable, Codable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case rotated180 = 3
  case mirroredVertically = 4
  /// Mirrored along the main diagonal.
  case transposed = 5
  /// To be shown, turned by 90° clockwise.
  case rotated90 = 6
  /// Mirrored along the other diagonal.
  case transversed = 7
  /// To be shown, turned by 270° clockwise.
  case rotated270 = 8

  /// From the four linear terms of a display matrix: x' = a·x + c·y, y' = b·x + d·y. Angles that are no multiple of 90°
  /// are rounded to the nearest.
  init(a: Int, b: Int, c: Int, d: Int) {
    if abs(a) + abs(d) >= abs(b) + abs(c) {
      self = d < 0 ? (a < 0 ? .rotated180 : .mirroredVertically) : (a < 0 ? .mirrored : .upright)
    } else {
      self = b < 0 ? (c < 0 ? .transversed : .rotated270) : (c < 0 ? .rotated90 : .transposed)
    }
  }

  /// Width and height change places.
  public var swapsAxes: Bool { rawValue >= 5 }
  public var isMirrored: Bool { [2, 4, 5, 7].contains(rawValue) }

  /// Degrees clockwise, after a possible mirroring left to right.
  public var degrees: Int {
    switch self {
    case .upright, .mirrored: 0
    case .rotated180, .mirroredVertically: 180
    case .rotated90, .transversed: 90
    case .rotated270, .transposed: 270
    }
  }

  public func uprightSize(_ stored: PixelSize) -> PixelSize {
    swapsAxes ? PixelSize(width: stored.height, height: stored.width) : stored
  }

  /// The stored pixel that is shown at (x, y) of the upright picture.
  func storedPosition(x: Int, y: Int, stored: PixelSize) -> (x: Int, y: Int) {
    let right = stored.width - 1
    let bottom = stored.height - 1
    return switch self {
    case .upright: (x, y)
    case .mirrored: (right - x, y)
    case .rotated180: (right - x, bottom - y)
    case .mirroredVertically: (x, bottom - y)
    case .transposed: (y, x)
    case .rotated90: (y, bottom - x)
    case .transversed: (right - y, bottom - x)
    case .rotated270: (right - y, x)
    }
  }
}

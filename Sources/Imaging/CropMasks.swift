/// Parts of a crop, in percent of its edge, that a box mask leaves out.
public struct MaskPadding: Sendable, Hashable {
  public var top: Int
  public var right: Int
  public var bottom: Int
  public var left: Int

  public init(top: Int = 0, right: Int = 0, bottom: Int = 0, left: Int = 0) {
    (self.top, self.right, self.bottom, self.left) = (top, right, bottom, left)
  }

  public static let none = MaskPadding()
}

/// A square mask that is 1 inside and falls off towards the crop's edge (spec vision §6.1).
///
/// `size` is the crop's edge in pixels, `blur` 0…1. With blur 0.3 the border is about 0.05, not 0.
public func boxMask(size: Int, blur: Double, padding: MaskPadding = .none) -> PixelBufferF {
  let amount = Int(Double(size) * 0.5 * blur)
  let edge = max(amount / 2, 1)
  func inset(_ percent: Int) -> Int { min(max(edge, size * percent / 100), size) }
  let area = PixelSize(width: size, height: size)
  func within(_ first: Int, _ end: Int) -> Range<Int> { first..<max(end, first) }
  let columns = within(inset(padding.left), size - inset(padding.right))
  let rows = within(inset(padding.top), size - inset(padding.bottom))
  if amount > 0 { return blurredBox(size: area, columns: columns, rows: rows, sigma: Double(amount) * 0.25) }
  var mask = PixelBufferF(size: area, channels: 1, repeating: 0)
  for y in rows {
    for x in columns { mask[x, y] = 1 }
  }
  return mask
}

/// Box masks made once per size and setting. Owned by one worker; keeps the eight used last.
public struct BoxMaskCache: Sendable {
  private struct Key: Sendable, Hashable {
    let size: Int
    let blur: Double
    let padding: MaskPadding
  }

  private var masks: [(key: Key, mask: PixelBufferF)] = []

  public init() {}

  /// As ``boxMask(size:blur:padding:)``.
  public mutating func mask(size: Int, blur: Double, padding: MaskPadding = .none) -> PixelBufferF {
    let key = Key(size: size, blur: blur, padding: padding)
    if let index = masks.firstIndex(where: { $0.key == key }) {
      let found = masks.remove(at: index)
      masks.append(found)
      return found.mask
    }
    let mask = boxMask(size: size, blur: blur, padding: padding)
    if masks.count == 8 { masks.removeFirst() }
    masks.append((key, mask))
    return mask
  }
}

/// Parts of the face that an area mask can keep.
public enum FaceArea: String, Sendable, Hashable, CaseIterable {
  case upperFace = "upper-face"
  case lowerFace = "lower-face"
  case mouth

  /// Indices into the 68 points.
  public var indices: [Int] {
    switch self {
    case .upperFace: return [0, 1, 2, 31, 32, 33, 34, 35, 14, 15, 16, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17]
    case .lowerFace: return Array(3...13) + [35, 34, 33, 32, 31]
    case .mouth: return Array(48...67)
    }
  }
}

/// The convex hull of all points of the chosen areas, softened (spec vision §6.3).
///
/// `points` are the 68 landmarks in crop pixels; their fractions are dropped. All areas share one hull.
public func areaMask(points: [Point], areas: Set<FaceArea>, size: Int) -> PixelBufferF {
  precondition(points.count == 68, "an area mask needs 68 points")
  var mask = PixelBufferF(size: PixelSize(width: size, height: size), channels: 1, repeating: 0)
  let corners = areas.flatMap(\.indices).map { index in
    PixelPoint(x: truncated(points[index].x), y: truncated(points[index].y))
  }
  fillPolygon(convexHull(corners), in: &mask)
  return softenedMask(mask)
}

private func truncated(_ value: Float) -> Int { value.isNaN ? 0 : Int(min(max(value, -0x1p24), 0x1p24)) }

/// Blur of sigma 5, of which the upper half is stretched to 0…1: the edge moves inwards (spec vision §6.2–6.4).
public func softenedMask(_ mask: PixelBufferF) -> PixelBufferF {
  var soft = gaussianBlur(mask, sigma: 5)
  for index in soft.samples.indices { soft.samples[index] = (min(max(soft.samples[index], 0.5), 1) - 0.5) * 2 }
  return soft
}

/// The smallest value of all masks at every pixel, within 0…1 (spec vision §6.5). Needs one mask at least.
public func combineMasks(_ masks: [PixelBufferF]) -> PixelBufferF {
  precondition(!masks.isEmpty, "there is a mask to combine")
  var result = masks[0]
  for mask in masks.dropFirst() {
    precondition(mask.size == result.size, "combined masks have one size")
    for index in result.samples.indices {
      result.samples[index] = min(result.samples[index], mask.samples[index])
    }
  }
  for index in result.samples.indices { result.samples[index] = min(max(result.samples[index], 0), 1) }
  return result
}

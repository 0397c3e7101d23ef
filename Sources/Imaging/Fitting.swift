/// Width of a detector margin in pixels: `percent` 0…100 of half the frame's edge, cut (spec vision §7.1).
public func marginPixels(percent: Int, of length: Int) -> Int {
  Int(Double(length) * (0.005 * Double(min(max(percent, 0), 100))))
}

extension PixelSize {
  /// The largest size of these proportions within `limit`; smaller pictures keep theirs (spec vision §7.2). Edges are
  /// cut to whole pixels.
  public func restricted(to limit: PixelSize) -> PixelSize {
    guard width > limit.width || height > limit.height else { return self }
    return scaled(min(Double(limit.height) / Double(height), Double(limit.width) / Double(width)))
  }

  /// The largest size of these proportions within `box`, also when that enlarges.
  public func fitted(into box: PixelSize) -> PixelSize {
    scaled(min(Double(box.height) / Double(height), Double(box.width) / Double(width)))
  }

  /// The smallest size of these proportions that covers `box`.
  public func covering(_ box: PixelSize) -> PixelSize {
    scaled(max(Double(box.width) / Double(width), Double(box.height) / Double(height)))
  }

  /// Both edges times a factor, cut to whole pixels.
  func scaled(_ factor: Double) -> PixelSize {
    PixelSize(width: Int(Double(width) * factor), height: Int(Double(height) * factor))
  }
}

extension AffineTransform {
  /// Resizing from one size to another as ``resize(_:to:mode:)`` does: pixel centres at (i + ½)·to/from − ½.
  public static func resizing(from: PixelSize, to: PixelSize) -> AffineTransform {
    let (x, y) = (Double(to.width) / Double(from.width), Double(to.height) / Double(from.height))
    return AffineTransform(a: x, b: 0, c: (x - 1) / 2, d: 0, e: y, f: (y - 1) / 2)
  }
}

/// Reduces a picture to fit, bilinear; never enlarges (spec vision §7.2).
public func restrict(_ image: PixelBuffer8, to limit: PixelSize) -> PixelBuffer8 {
  resize(image, to: image.size.restricted(to: limit))
}

/// The picture in the middle of a black canvas, as large as fits (spec vision §13).
public func fitContain(_ image: PixelBuffer8, to size: PixelSize) -> PixelBuffer8 {
  let fitted = image.size.fitted(into: size)
  return place(
    resize(image, to: fitted), x: (size.width - fitted.width) / 2, y: (size.height - fitted.height) / 2, on: size)
}

/// The middle of the picture, scaled to cover a size (spec vision §14).
public func fitCover(_ image: PixelBuffer8, to size: PixelSize) -> PixelBuffer8 {
  let scaled = image.size.covering(size)
  return place(
    resize(image, to: scaled), x: -(max(scaled.width - size.width, 0) / 2),
    y: -(max(scaled.height - size.height, 0) / 2), on: size)
}

/// The picture with its top left corner at (x, y) of a black canvas; what lies outside is cut off.
public func place(_ image: PixelBuffer8, x: Int = 0, y: Int = 0, on size: PixelSize) -> PixelBuffer8 {
  var canvas = PixelBuffer8(size: size, channels: image.channels, repeating: 0)
  let columns = max(x, 0)..<max(min(x + image.width, size.width), max(x, 0))
  for row in stride(from: max(y, 0), to: min(y + image.height, size.height), by: 1) where !columns.isEmpty {
    let from = ((row - y) * image.width + columns.lowerBound - x) * image.channels
    let to = (row * size.width + columns.lowerBound) * image.channels
    let count = columns.count * image.channels
    canvas.samples.replaceSubrange(to..<to + count, with: image.samples[from..<from + count])
  }
  return canvas
}

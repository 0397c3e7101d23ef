/// Where a crop goes back into a frame (spec vision §5.4).
///
/// The rectangle comes from the crop's corner points, which are integers, so their images round half to even.
public struct PasteArea: Sendable, Hashable {
  /// Left, top and the right and bottom ends (excluded), within the frame.
  public let x1: Int
  public let y1: Int
  public let x2: Int
  public let y2: Int
  /// Maps the crop onto the rectangle.
  public let transform: AffineTransform

  /// `m` is the frame-to-crop matrix the crop was made with.
  public init(frame: PixelSize, crop: PixelSize, transform m: AffineTransform) {
    let inverse = m.inverted
    let corners = [(0, 0), (crop.width, 0), (crop.width, crop.height), (0, crop.height)]
      .map { inverse.apply(PixelPoint(x: $0.0, y: $0.1)) }
    func within(_ value: Int?, _ limit: Int) -> Int { min(max(value ?? 0, 0), limit) }
    x1 = within(corners.map(\.x).min(), frame.width)
    y1 = within(corners.map(\.y).min(), frame.height)
    x2 = within(corners.map(\.x).max(), frame.width)
    y2 = within(corners.map(\.y).max(), frame.height)
    var shifted = inverse
    shifted.c -= Double(x1)
    shifted.f -= Double(y1)
    transform = shifted
  }

  public var size: PixelSize { PixelSize(width: max(x2 - x1, 0), height: max(y2 - y1, 0)) }
}

/// Puts a crop back into the frame it was cut from: frame · (1 − mask) + crop · mask, cut to 8 bit (spec vision §5.4).
///
/// `transform` is the frame-to-crop matrix. The mask (one channel, the crop's size) is 0 outside and is kept within 0…1;
/// the crop repeats its edge. Pixels with mask 0 keep their bits, and so does a fourth channel. A crop outside the frame
/// changes nothing. 8-bit crops are sampled and rounded first, floats stay as they are (0…255); all in single precision.
public func pasteBack(
  frame: inout PixelBuffer8, crop: PixelBuffer8, mask: PixelBufferF, transform: AffineTransform
) {
  pasteLanes(&frame, crop, mask, transform)
}

/// The same for a float crop, 0…255.
public func pasteBack(
  frame: inout PixelBuffer8, crop: PixelBufferF, mask: PixelBufferF, transform: AffineTransform
) {
  pasteLanes(&frame, crop, mask, transform)
}

/// The same for a double crop, 0…255: sampled on the grid of 1/32 pixel and blended in double precision.
public func pasteBack(
  frame: inout PixelBuffer8, crop: PixelBuffer<Double>, mask: PixelBufferF, transform: AffineTransform
) {
  pasteDoubles(&frame, crop, mask, transform)
}

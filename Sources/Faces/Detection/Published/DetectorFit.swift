public import Imaging

/// How a picture lies in a published detector's square: reduced to fit, never enlarged, at the top left of a black
/// canvas (vision.md §7.2).
public struct DetectorFit: Sendable, Hashable {
  /// The detector's input.
  public let canvas: PixelSize
  /// The picture in it.
  public let fitted: PixelSize
  /// Picture pixels in one canvas pixel, along x and y; they differ a little, because sizes are cut to whole pixels.
  public let ratio: SIMD2<Double>

  public init(picture: PixelSize, canvas: PixelSize) {
    self.canvas = canvas
    let size = picture.restricted(to: canvas)
    fitted = PixelSize(width: max(size.width, 1), height: max(size.height, 1))
    ratio = SIMD2(
      Double(picture.width) / Double(fitted.width), Double(picture.height) / Double(fitted.height))
  }
}

extension DetectorMargin {
  /// The picture with its black margin, and how far that moved it (vision.md §7.1).
  public func padded(_ picture: PixelBuffer8) -> (picture: PixelBuffer8, left: Int, top: Int) {
    guard self != DetectorMargin() else { return (picture, 0, 0) }
    let (size, left, top) = place(of: picture.size)
    return (Imaging.place(picture, x: left, y: top, on: size), left, top)
  }

  /// The size of a picture with its margin, and how far that moves it.
  func place(of picture: PixelSize) -> (size: PixelSize, left: Int, top: Int) {
    let left = marginPixels(percent: left, of: picture.width)
    let top = marginPixels(percent: top, of: picture.height)
    let size = PixelSize(
      width: picture.width + left + marginPixels(percent: right, of: picture.width),
      height: picture.height + top + marginPixels(percent: bottom, of: picture.height))
    return (size, left, top)
  }
}

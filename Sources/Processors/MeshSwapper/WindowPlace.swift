import Imaging

/// Where the pixels of an area of a frame lie on the coarse grids of a face's window.
struct WindowPlace {
  /// Area → window pixels.
  private let transform: AffineTransform
  private let side: Int

  init(_ window: FaceWindow, area: PixelRectangle) {
    side = window.side
    transform = AffineTransform(a: 1, b: 0, c: Double(area.x1), d: 0, e: 1, f: Double(area.y1)).then(window.transform)
  }

  /// Area → places on a grid of `cells`² over the window: (p + 0.5) · cells / side − 0.5 (`enlarge` of the reference).
  func grid(cells: Int) -> AffineTransform {
    let k = Double(cells) / Double(side)
    let shift = 0.5 * k - 0.5
    let t = transform
    return AffineTransform(a: t.a * k, b: t.b * k, c: t.c * k + shift, d: t.d * k, e: t.e * k, f: t.f * k + shift)
  }
}

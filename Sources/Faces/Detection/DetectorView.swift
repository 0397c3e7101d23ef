import Imaging

/// How a frame is laid into a detector's input: margin, quarter turn, scale.
///
/// `transform` maps frame pixels to input pixels (integer = pixel centre on both sides); what the detector finds goes
/// back through its inverse. Quarter turns are exact: no row or column is lost as with the peer's rotation matrix.
struct DetectorView: Equatable {
  let transform: AffineTransform
  /// Size of the network's input.
  let inputSize: PixelSize
  private let back: AffineTransform

  /// The frame fitted into `limit` without enlarging it; sides are filled up with black to multiples of `multiple`.
  init(frame: PixelSize, margin: DetectorMargin, angle: Int, fitting limit: PixelSize, multiple: Int) {
    let turned = DetectorView.turned(frame: frame, margin: margin, angle: angle)
    let scale = min(
      1, Double(limit.width) / Double(turned.size.width), Double(limit.height) / Double(turned.size.height))
    let fitted = PixelSize(
      width: max(Int(Double(turned.size.width) * scale), 1), height: max(Int(Double(turned.size.height) * scale), 1))
    func filled(_ side: Int) -> Int { (side + multiple - 1) / multiple * multiple }
    self.init(
      turned, fitted: fitted, offset: (0, 0),
      inputSize: PixelSize(width: filled(fitted.width), height: filled(fitted.height)))
  }

  /// The frame fitted into `inputSize`, enlarged where it is smaller, in the middle of a black canvas.
  init(frame: PixelSize, margin: DetectorMargin, angle: Int, letterboxed inputSize: PixelSize) {
    let turned = DetectorView.turned(frame: frame, margin: margin, angle: angle)
    let scale = min(
      Double(inputSize.width) / Double(turned.size.width), Double(inputSize.height) / Double(turned.size.height))
    let fitted = PixelSize(
      width: min(max(Int((Double(turned.size.width) * scale).rounded()), 1), inputSize.width),
      height: min(max(Int((Double(turned.size.height) * scale).rounded()), 1), inputSize.height))
    let offset = ((inputSize.width - fitted.width) / 2, (inputSize.height - fitted.height) / 2)
    self.init(turned, fitted: fitted, offset: offset, inputSize: inputSize)
  }

  private init(
    _ turned: (transform: AffineTransform, size: PixelSize), fitted: PixelSize, offset: (x: Int, y: Int),
    inputSize: PixelSize
  ) {
    let scaleX = Double(fitted.width) / Double(turned.size.width)
    let scaleY = Double(fitted.height) / Double(turned.size.height)
    let scaling = AffineTransform(
      a: scaleX, b: 0, c: 0.5 * scaleX - 0.5 + Double(offset.x), d: 0, e: scaleY,
      f: 0.5 * scaleY - 0.5 + Double(offset.y))
    transform = turned.transform.then(scaling)
    back = transform.inverted
    self.inputSize = inputSize
  }

  /// Margins in pixels: trunc(side · percent / 200), then the frame turned counter-clockwise by `angle`.
  private static func turned(
    frame: PixelSize, margin: DetectorMargin, angle: Int
  ) -> (transform: AffineTransform, size: PixelSize) {
    func pixels(_ side: Int, _ percent: Int) -> Int { side * min(max(percent, 0), 100) / 200 }
    let left = pixels(frame.width, margin.left)
    let top = pixels(frame.height, margin.top)
    let width = frame.width + left + pixels(frame.width, margin.right)
    let height = frame.height + top + pixels(frame.height, margin.bottom)
    let shift = AffineTransform(a: 1, b: 0, c: Double(left), d: 0, e: 1, f: Double(top))
    let (w, h) = (Double(width - 1), Double(height - 1))
    switch angle {
    case 90:
      return (
        shift.then(AffineTransform(a: 0, b: 1, c: 0, d: -1, e: 0, f: w)), PixelSize(width: height, height: width)
      )
    case 180:
      return (
        shift.then(AffineTransform(a: -1, b: 0, c: w, d: 0, e: -1, f: h)), PixelSize(width: width, height: height)
      )
    case 270:
      return (
        shift.then(AffineTransform(a: 0, b: -1, c: h, d: 1, e: 0, f: 0)), PixelSize(width: height, height: width)
      )
    default: return (shift, PixelSize(width: width, height: height))
    }
  }

  /// A find of the network, in continuous input coordinates (pixel i spans i…i+1), in frame pixels. The box of a turned
  /// view is the enclosing box.
  func inFrame(_ face: DetectedFace) -> DetectedFace {
    func map(_ x: Float, _ y: Float) -> Point { back.apply(Point(x - 0.5, y - 0.5)) }
    let box = face.box
    let corners = [map(box.x1, box.y1), map(box.x2, box.y1), map(box.x2, box.y2), map(box.x1, box.y2)]
    return DetectedFace(
      box: Box(around: corners), score: face.score, points: face.points.map { map($0.x, $0.y) })
  }
}

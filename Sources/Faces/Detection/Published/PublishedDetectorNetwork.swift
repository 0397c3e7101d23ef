import DeviceImaging
public import Imaging
public import Inference

/// One published detector, ready to run. Owned by one worker.
public final class PublishedDetectorNetwork {
  public let model: PublishedDetectorModel
  /// The square that it looks at.
  public let size: PixelSize
  private let network: PublishedNetwork
  private let canvas: DetectorCanvas

  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  public convenience init(session: InferenceSession, model: PublishedDetectorModel, size: PixelSize) throws {
    try self.init(session: session, model: model, size: size, card: nil)
  }

  /// - Parameter card: frames on its cards are looked at there.
  public init(
    session: InferenceSession, model: PublishedDetectorModel, size: PixelSize, card: CardNetworks?
  ) throws {
    self.model = model
    self.size = size
    network = try PublishedNetwork(
      session: session, inputShape: [1, 3, size.height, size.width], outputs: model.outputCount,
      shapes: model.outputShapes(canvas: size), card: card.map { ($0, model.modelID) })
    canvas = DetectorCanvas(tensor: network.input, size: size, table: model.inputTable)
  }

  /// What the network says of a B, G, R picture that already has its margin, and how the picture lay in it.
  public func run(on picture: PixelBuffer8) throws -> (outputs: [Tensor], fit: DetectorFit) {
    let fit = DetectorFit(picture: picture.size, canvas: size)
    canvas.fill(with: resize(picture, to: fit.fitted))
    return (try network.run(), fit)
  }

  /// The finds of an upright B, G, R picture in its pixels, before suppression.
  public func candidates(in picture: PixelBuffer8, margin: DetectorMargin, score: Float) throws -> FaceCandidates {
    let padded = margin.padded(picture)
    let (outputs, fit) = try run(on: padded.picture)
    return try model.decode(outputs, fit: fit, score: score).unpadded(left: padded.left, top: padded.top)
  }

  /// Whether frames on this card are looked at there.
  func isOn(_ ordinal: Int) -> Bool { network.isOn(ordinal) }

  /// The finds of a frame on a card, turned first where that is wanted, in pixels of the turned frame.
  ///
  /// - Parameter turn: frame → turned pixels, and the turned frame's size; nil = upright.
  func candidates(
    in device: DeviceFrame, turn: (transform: Imaging.AffineTransform, size: PixelSize)?, margin: DetectorMargin,
    score: Float
  ) throws -> FaceCandidates {
    let upright = turn?.size ?? device.size
    let (padded, left, top) = margin.place(of: upright)
    let fit = DetectorFit(picture: padded, canvas: size)
    let (canvas, numbers) = (size, model.inputNumbers)
    // Turn and margin in one go, where there are any.
    var move: Imaging.AffineTransform?
    if turn != nil || padded != upright || left != 0 || top != 0 {
      let shift = Imaging.AffineTransform(a: 1, b: 0, c: Double(left), d: 0, e: 1, f: Double(top))
      move = turn.map { $0.transform.then(shift) } ?? shift
    }
    let outputs = try network.run(ordinal: device.ordinal) { [move] imager, row, stream in
      var picture = try device.picture(by: imager, on: stream)
      if let move {
        let moved = try DevicePicture(size: padded, from: stream)
        try imager.cut(picture, move, border: .constant, into: moved, on: stream)
        picture = moved
      }
      let fitted = try DevicePicture(size: fit.fitted, from: stream)
      try imager.resize(picture, into: fitted, on: stream)
      let target = DeviceCropTarget(
        row, size: canvas, order: .bgr, scale: SIMD3(repeating: numbers.scale), bias: SIMD3(repeating: numbers.bias),
        border: .constant)
      try imager.crop([DeviceCrop(fitted, .identity)], into: target, on: stream)
    }
    return try model.decode(outputs ?? [], fit: fit, score: score).unpadded(left: left, top: top)
  }
}

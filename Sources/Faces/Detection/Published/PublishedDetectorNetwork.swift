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
  public init(session: InferenceSession, model: PublishedDetectorModel, size: PixelSize) throws {
    self.model = model
    self.size = size
    network = try PublishedNetwork(
      session: session, inputShape: [1, 3, size.height, size.width], outputs: model.outputCount)
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
}

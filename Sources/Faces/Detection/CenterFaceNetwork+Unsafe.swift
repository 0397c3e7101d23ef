import Imaging
import Inference
import ModelStore

/// CenterFace: one look at the fitted frame at stride 4; finds faces from about 10 input pixels on.
final class CenterFaceNetwork: CandidateFinding {
  static let modelID = ModelID.centerface
  /// Sides of the input are multiples of this.
  static let multiple = 32
  static let overlapThreshold: Float = 0.3
  private let session: InferenceSession
  private let size: PixelSize
  private let card: CardNetworks?
  /// The tensors of the last input size; every frame of a video has the same.
  private var network: PictureNetwork?

  init(session: InferenceSession, size: PixelSize, card: CardNetworks? = nil) {
    self.session = session
    self.size = size
    self.card = card
  }

  func candidates(in frame: Frame, margin: DetectorMargin, angle: Int, score: Float) throws -> [DetectedFace] {
    let view = DetectorView(
      frame: frame.size, margin: margin, angle: angle, fitting: size, multiple: CenterFaceNetwork.multiple)
    let network = try network(for: view.inputSize)
    try network.run(frame, view.transform)
    let finds = decode(network, threshold: score)
    let kept = nonMaximumSuppression(
      boxes: finds.map(\.box), scores: finds.map(\.score), scoreThreshold: score,
      overlapThreshold: CenterFaceNetwork.overlapThreshold)
    return kept.map { view.inFrame(finds[$0]) }
  }

  /// Makes ready what frames of a size need.
  func prepare(frame: PixelSize, margin: DetectorMargin, angle: Int) throws {
    let view = DetectorView(
      frame: frame, margin: margin, angle: angle, fitting: size, multiple: CenterFaceNetwork.multiple)
    _ = try network(for: view.inputSize)
  }

  private func network(for size: PixelSize) throws -> PictureNetwork {
    if let network, network.inputSize == size { return network }
    let (rows, columns) = (size.height / CenterFaceDecoder.stride, size.width / CenterFaceDecoder.stride)
    let made = try PictureNetwork(
      session: session, inputSize: size,
      outputs: [
        "heatmap": [1, 1, rows, columns], "scale": [1, 2, rows, columns], "offset": [1, 2, rows, columns],
        "landmarks": [1, 10, rows, columns],
      ],
      scale: SIMD3(repeating: 1), bias: SIMD3(repeating: 0), border: .constant,
      card: card.map { ($0, CenterFaceNetwork.modelID) })
    network = made
    return made
  }

  private func decode(_ network: PictureNetwork, threshold: Float) -> [DetectedFace] {
    let finds = network.withOutput("heatmap") { heat in
      network.withOutput("scale") { scale in
        network.withOutput("offset") { offset in
          network.withOutput("landmarks") { landmarks in
            CenterFaceDecoder.decode(
              CenterFaceDecoder.Maps(
                heat: heat, scale: scale, offset: offset, landmarks: landmarks,
                columns: network.inputSize.width / CenterFaceDecoder.stride,
                rows: network.inputSize.height / CenterFaceDecoder.stride),
              threshold: threshold)
          }
        }
      }
    }
    return finds ?? []
  }
}

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
  /// The tensors of the input sizes met: every frame of a video has the same, lying and, where turned faces are looked for,
  /// standing.
  private var made: [PixelSize: PictureNetwork] = [:]

  init(session: InferenceSession, size: PixelSize, card: CardNetworks? = nil) {
    self.session = session
    self.size = size
    self.card = card
  }

  func candidates(in frame: Frame, margin: DetectorMargin, angle: Int, score: Float) throws -> [DetectedFace] {
    let view = view(of: frame.size, margin: margin, angle: angle)
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
    _ = try network(for: view(of: frame, margin: margin, angle: angle).inputSize)
  }

  private func view(of frame: PixelSize, margin: DetectorMargin, angle: Int) -> DetectorView {
    DetectorView(frame: frame, margin: margin, angle: angle, fitting: size, multiple: CenterFaceNetwork.multiple)
  }

  private func network(for size: PixelSize) throws -> PictureNetwork {
    if let known = made[size] { return known }
    // Stills of ever other sizes must not heap tensors up.
    if made.count >= 4 { made.removeAll() }
    let (rows, columns) = (size.height / CenterFaceDecoder.stride, size.width / CenterFaceDecoder.stride)
    let network = try PictureNetwork(
      session: session, inputSize: size,
      outputs: [
        "heatmap": [1, 1, rows, columns], "scale": [1, 2, rows, columns], "offset": [1, 2, rows, columns],
        "landmarks": [1, 10, rows, columns],
      ],
      scale: SIMD3(repeating: 1), bias: SIMD3(repeating: 0), border: .constant,
      card: card.map { ($0, CenterFaceNetwork.modelID) })
    made[size] = network
    return network
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

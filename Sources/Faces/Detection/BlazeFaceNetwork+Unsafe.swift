import Imaging
import Inference
import ModelStore

/// BlazeFace full range: the whole frame letterboxed into 192 × 192.
final class BlazeFaceNetwork: CandidateFinding {
  static let modelID = ModelID.blazefaceFullRange
  static let overlapThreshold: Float = 0.3
  private let network: PictureNetwork

  init(session: InferenceSession, card: CardNetworks? = nil) throws {
    let side = BlazeFaceDecoder.inputSide
    let count = BlazeFaceDecoder.anchorCount
    network = try PictureNetwork(
      session: session, inputSize: PixelSize(width: side, height: side),
      outputs: ["boxes": [1, count, BlazeFaceDecoder.rowLength], "logits": [1, count, 1]],
      scale: SIMD3(repeating: 2 / 255), bias: SIMD3(repeating: -1), border: .constant,
      card: card.map { ($0, BlazeFaceNetwork.modelID) })
  }

  func candidates(in frame: Frame, margin: DetectorMargin, angle: Int, score: Float) throws -> [DetectedFace] {
    let view = DetectorView(frame: frame.size, margin: margin, angle: angle, letterboxed: network.inputSize)
    try network.run(frame, view.transform)
    let finds = network.withOutput("boxes") { rows in
      network.withOutput("logits") { logits in
        BlazeFaceDecoder.decode(rows: rows, logits: logits, threshold: score)
      }
    }
    return weightedSuppression(finds ?? [], overlapThreshold: BlazeFaceNetwork.overlapThreshold).map(view.inFrame)
  }
}

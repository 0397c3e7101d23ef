public import Imaging
import Inference
import ModelStore

/// dlib's ResNet: 128 numbers, closer than 0.6 (Euclidean) for one person.
public final class DlibRecognizer: FaceRecognizing {
  static let modelID = ModelID.dlibFaceRecognition
  static let inputSide = 150
  static let count = 128
  /// `arcface_128` crop pixels to pixels of dlib's own chip (models/open_pack.md).
  static let chip = AffineTransform(
    a: 1.455362, b: -0.008456, c: -18.563311, d: 0.008456, e: 1.455362, f: -30.023071)
  private let network: PictureNetwork

  init(session: InferenceSession, card: CardNetworks? = nil) throws {
    let mean = SIMD3<Float>(122.782, 117.001, 104.298)
    network = try PictureNetwork(
      session: session, inputSize: PixelSize(width: DlibRecognizer.inputSide, height: DlibRecognizer.inputSide),
      outputs: ["embedding": [1, DlibRecognizer.count]],
      scale: SIMD3(repeating: 1 / 256), bias: mean / -256, border: .replicate,
      card: card.map { ($0, DlibRecognizer.modelID) })
  }

  /// Five points to the chip: the template's alignment, then the chip; one warp from the frame.
  static func transform(landmarks5: [Point]) -> AffineTransform {
    estimateTransform(
      from: landmarks5, template: .arcface128, cropSize: PixelSize(width: 128, height: 128)
    ).then(chip)
  }

  public func embedding(in frame: Frame, landmarks5: [Point]) throws -> Embedding {
    try network.run(frame, DlibRecognizer.transform(landmarks5: landmarks5))
    let values = network.withOutput("embedding") { row in (0..<DlibRecognizer.count).map { row[$0] } } ?? []
    return Embedding(values)
  }
}

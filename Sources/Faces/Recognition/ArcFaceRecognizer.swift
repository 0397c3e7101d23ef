public import Imaging
public import Inference
public import ModelStore

/// The published recogniser: 512 numbers of a crop of 112 × 112 (vision.md §10).
///
/// Pictures are B, G, R. Owned by one worker.
public final class ArcFaceRecognizer: PictureRecognizing {
  public static let modelID: ModelID = "arcface_w600k_r50"
  /// Side of the crop in pixels.
  public static let inputSide = 112
  public static let count = 512
  private let network: PublishedNetwork

  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  public init(session: InferenceSession) throws {
    let side = ArcFaceRecognizer.inputSide
    network = try PublishedNetwork(session: session, inputShape: [1, 3, side, side], outputs: 1)
  }

  /// The aligned crop that the network looks at.
  ///
  /// - Parameter landmarks5: `5/68` in pixels of the picture.
  /// - Throws: ``FacesError`` of code `invalidPoints`.
  public static func crop(of picture: PixelBuffer8, landmarks5: [Point]) throws -> PixelBuffer8 {
    try alignedCrop(of: picture, landmarks5: landmarks5, template: .arcface112v2, side: inputSide)
  }

  /// R, G and B plane of a crop, x / 127.5 − 1: 3 · 112 · 112 numbers.
  public static func tensor(of crop: PixelBuffer8) -> [Float] {
    planarTensor(crop, reversing: true, scale: SIMD3(repeating: 1 / 127.5), bias: SIMD3(repeating: -1))
  }

  public func embedding(in picture: PixelBuffer8, landmarks5: [Point]) throws -> Embedding {
    network.input.setElements(
      ArcFaceRecognizer.tensor(of: try ArcFaceRecognizer.crop(of: picture, landmarks5: landmarks5)))
    let numbers = try network.run()[0]
      .numbers(count: ArcFaceRecognizer.count, model: network.name, output: "embedding")
    return Embedding(numbers, measure: .cosine)
  }
}

/// A square crop of a B, G, R picture by five points, edges repeated (vision.md §5.1).
///
/// - Throws: ``FacesError`` of code `invalidPoints` unless there are five finite points.
func alignedCrop(
  of picture: PixelBuffer8, landmarks5: [Point], template: WarpTemplate, side: Int
) throws -> PixelBuffer8 {
  try checkFive(landmarks5)
  let size = PixelSize(width: side, height: side)
  let transform = estimateTransform(from: landmarks5, template: template, cropSize: size)
  return warp(picture, transform, to: size, border: .replicate)
}

/// - Throws: ``FacesError`` of code `invalidPoints` unless there are five finite points.
func checkFive(_ points: [Point]) throws {
  guard points.count == 5, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
    throw FacesError(
      code: .invalidPoints, message: "A face has the five points \(points).",
      hint: "Five points inside the picture are needed.")
  }
}

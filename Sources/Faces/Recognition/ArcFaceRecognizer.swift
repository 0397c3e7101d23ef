public import DeviceImaging
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
  public convenience init(session: InferenceSession) throws { try self.init(session: session, card: nil) }

  /// - Parameter card: frames on its cards are looked at there.
  public init(session: InferenceSession, card: CardNetworks?) throws {
    let side = ArcFaceRecognizer.inputSide
    network = try PublishedNetwork(
      session: session, inputShape: [1, 3, side, side], outputs: 1, shapes: [[1, ArcFaceRecognizer.count]],
      card: card.map { ($0, ArcFaceRecognizer.modelID) })
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

  public func embedding(in view: FaceView, landmarks5: [Point]) throws -> Embedding {
    if let device = view.device, network.isOn(device.ordinal) {
      return try embedding(landmarks5, ordinal: device.ordinal) { try device.picture(by: $0, on: $1) }
    }
    network.input.setElements(
      ArcFaceRecognizer.tensor(of: try ArcFaceRecognizer.crop(of: view.picture, landmarks5: landmarks5)))
    return try embedding(of: network.run())
  }

  /// The same of a picture on a card; nil where the network is not there.
  ///
  /// - Parameters:
  ///   - ordinal: of the card.
  ///   - after: behind the work that makes the picture.
  public func embedding(
    in picture: DevicePicture, ordinal: Int, after: CUDAEvent, landmarks5: [Point]
  ) throws -> Embedding? {
    guard network.isOn(ordinal) else { return nil }
    return try embedding(landmarks5, ordinal: ordinal, after: [after]) { _, _ in picture }
  }

  private func embedding(
    _ landmarks5: [Point], ordinal: Int, after: [CUDAEvent] = [],
    picture: @escaping @Sendable (DeviceImager, CUDAStream) throws -> DevicePicture
  ) throws -> Embedding {
    let side = ArcFaceRecognizer.inputSide
    let transform = try alignment(landmarks5, template: .arcface112v2, side: side)
    let outputs = try network.run(ordinal: ordinal, after: after) { imager, row, stream in
      let target = DeviceCropTarget(
        row, size: PixelSize(width: side, height: side), scale: SIMD3(repeating: 1 / 127.5),
        bias: SIMD3(repeating: -1))
      try imager.crop([DeviceCrop(picture(imager, stream), transform)], into: target, on: stream)
    }
    return try embedding(of: outputs ?? [])
  }

  private func embedding(of outputs: [Tensor]) throws -> Embedding {
    guard let output = outputs.first else { throw FacesError.unexpectedModel(network.name, "gives no output") }
    let numbers = try output.numbers(count: ArcFaceRecognizer.count, model: network.name, output: "embedding")
    return Embedding(numbers, measure: .cosine)
  }
}

/// Picture pixels → pixels of a square crop by five points (vision.md §5.1).
///
/// - Throws: ``FacesError`` of code `invalidPoints` unless there are five finite points.
func alignment(_ landmarks5: [Point], template: WarpTemplate, side: Int) throws -> Imaging.AffineTransform {
  try checkFive(landmarks5)
  return estimateTransform(from: landmarks5, template: template, cropSize: PixelSize(width: side, height: side))
}

/// A square crop of a B, G, R picture by five points, edges repeated (vision.md §5.1).
///
/// - Throws: ``FacesError`` of code `invalidPoints` unless there are five finite points.
func alignedCrop(
  of picture: PixelBuffer8, landmarks5: [Point], template: WarpTemplate, side: Int
) throws -> PixelBuffer8 {
  let transform = try alignment(landmarks5, template: template, side: side)
  return warp(picture, transform, to: PixelSize(width: side, height: side), border: .replicate)
}

/// - Throws: ``FacesError`` of code `invalidPoints` unless there are five finite points.
func checkFive(_ points: [Point]) throws {
  guard points.count == 5, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
    throw FacesError(
      code: .invalidPoints, message: "A face has the five points \(points).",
      hint: "Five points inside the picture are needed.")
  }
}

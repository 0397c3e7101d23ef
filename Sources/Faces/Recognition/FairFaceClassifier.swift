import DeviceImaging
public import Imaging
public import Inference
public import ModelStore

/// The published classifier: race, gender and age of a crop of 224 × 224 (vision.md §10).
///
/// Pictures are B, G, R. Owned by one worker.
public final class FairFaceClassifier {
  public static let modelID: ModelID = "fairface"
  /// Side of the crop in pixels.
  public static let inputSide = 224
  private let network: PublishedNetwork

  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  public convenience init(session: InferenceSession) throws { try self.init(session: session, card: nil) }

  /// - Parameter card: frames on its cards are looked at there.
  public init(session: InferenceSession, card: CardNetworks?) throws {
    let side = FairFaceClassifier.inputSide
    network = try PublishedNetwork(
      session: session, inputShape: [1, 3, side, side], outputs: 3,
      card: card.map { ($0, FairFaceClassifier.modelID) })
  }

  /// The aligned crop that the network looks at.
  ///
  /// - Parameter landmarks5: `5/68` in pixels of the picture.
  /// - Throws: ``FacesError`` of code `invalidPoints`.
  public static func crop(of picture: PixelBuffer8, landmarks5: [Point]) throws -> PixelBuffer8 {
    try alignedCrop(of: picture, landmarks5: landmarks5, template: .arcface112v2, side: inputSide)
  }

  /// R, G and B plane of a crop, (x / 255 − mean) / deviation of ImageNet: 3 · 224 · 224 numbers.
  public static func tensor(of crop: PixelBuffer8) -> [Float] {
    planarTensor(crop, reversing: true, scale: scale, bias: bias)
  }

  private static let deviation = SIMD3<Float>(0.229, 0.224, 0.225)
  private static let scale = 1 / (255 * deviation)
  private static let bias = -SIMD3<Float>(0.485, 0.456, 0.406) / deviation

  public func traits(in picture: PixelBuffer8, landmarks5: [Point]) throws -> FaceTraits {
    try traits(in: FaceView(picture), landmarks5: landmarks5)
  }

  public func traits(in view: FaceView, landmarks5: [Point]) throws -> FaceTraits {
    let outputs: [Tensor]
    if let device = view.device, let onCard = try run(on: device, landmarks5) {
      outputs = onCard
    } else {
      network.input.setElements(
        FairFaceClassifier.tensor(of: try FairFaceClassifier.crop(of: view.picture, landmarks5: landmarks5)))
      outputs = try network.run()
    }
    guard outputs.count >= 3 else { throw FacesError.unexpectedModel(network.name, "gives \(outputs.count) outputs") }
    func id(_ index: Int, _ output: String) throws -> Int {
      try outputs[index].firstInteger(model: network.name, output: output)
    }
    return FaceTraits(raceID: try id(0, "race"), genderID: try id(1, "gender"), ageID: try id(2, "age"))
  }

  private func run(on device: DeviceFrame, _ landmarks5: [Point]) throws -> [Tensor]? {
    let side = FairFaceClassifier.inputSide
    let transform = try alignment(landmarks5, template: .arcface112v2, side: side)
    return try network.run(ordinal: device.ordinal) { imager, row, stream in
      let target = DeviceCropTarget(
        row, size: PixelSize(width: side, height: side), scale: FairFaceClassifier.scale,
        bias: FairFaceClassifier.bias)
      let picture = try device.picture(by: imager, on: stream)
      try imager.crop([DeviceCrop(picture, transform)], into: target, on: stream)
    }
  }
}

extension FaceTraits {
  private static let races: [Race] = [.white, .black, .latino, .asian, .asian, .indian, .arabic]
  /// Half open, as the peer's: 2, 9, 19 … belong to no class.
  private static let ages = [0..<2, 3..<9, 10..<19, 20..<29, 30..<39, 40..<49, 50..<59, 60..<69]

  /// From the class numbers of the network; numbers outside the tables take the last class (vision.md §10).
  public init(raceID: Int, genderID: Int, ageID: Int) {
    self.init(
      gender: genderID == 1 ? .female : .male,
      age: FaceTraits.ages.indices.contains(ageID) ? FaceTraits.ages[ageID] : 70..<100,
      race: FaceTraits.races.indices.contains(raceID) ? FaceTraits.races[raceID] : .white)
  }
}

extension Tensor {
  /// The first element of an output of class numbers.
  ///
  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  fileprivate func firstInteger(model: String, output: String) throws -> Int {
    let value: Int? =
      switch type {
      case .int64: elements(as: Int64.self).first.map { Int($0) }
      case .int32: elements(as: Int32.self).first.map { Int($0) }
      case .float32: elements(as: Float.self).first.flatMap { Int(exactly: $0) }
      default: nil
      }
    guard let value else {
      throw FacesError.unexpectedModel(model, "gives the output \(output) as \(type) \(shape), not a class number")
    }
    return value
  }
}

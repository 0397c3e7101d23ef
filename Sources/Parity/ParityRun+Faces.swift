import Faces
import Imaging
import Inference
import TestSupport

extension ParityRun {
  /// The networks of this module, as stand-ins.
  func faceNetworks() throws -> FaceNetworks {
    FaceNetworks(
      runtime: try OnnxRuntime.open(), models: models, session: SessionOptions(providers: .list([.cpu])))
  }

  /// The face options of the case; what it does not set has the peer's default.
  func faceOptions() throws -> FaceOptions {
    let detector = try detectorModel()
    let margin = numbers("face_detector_margin", [0, 0, 0, 0])
    guard margin.count == 4 else { throw invalid("face_detector_margin", margin) }
    let landmarker = text("face_landmarker_model") ?? "2dfan4"
    guard let landmarkerModel = FaceLandmarkerModel(rawValue: landmarker) else {
      throw invalid("face_landmarker_model", landmarker)
    }
    return FaceOptions(
      detectorModel: detector, detectorSize: try detectorSize(),
      detectorMargin: DetectorMargin(top: margin[0], right: margin[1], bottom: margin[2], left: margin[3]),
      detectorAngles: numbers("face_detector_angles", [0]), detectorScore: Float(number("face_detector_score", 0.5)),
      landmarkerModel: landmarkerModel, landmarkerScore: Float(number("face_landmarker_score", 0.5)))
  }

  /// The detector that the options name, else the one among the case's models.
  private func detectorModel() throws -> FaceDetectorModel {
    if let name = text("face_detector_model") {
      guard let model = FaceDetectorModel(rawValue: name) else { throw invalid("face_detector_model", name) }
      return model
    }
    let models = parityCase.models.compactMap(PublishedDetectorModel.init)
    if models.count > 1 { return .many }
    return models.first.flatMap { FaceDetectorModel(rawValue: $0.rawValue) } ?? .yoloFace
  }

  private func detectorSize() throws -> PixelSize {
    let text = text("face_detector_size") ?? "640x640"
    let sides = text.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2 else { throw invalid("face_detector_size", text) }
    return PixelSize(width: sides[0], height: sides[1])
  }

  func numbers(_ option: String, _ fallback: [Int]) -> [Int] {
    parityCase.options[option]?.numbers.map { Int($0) } ?? fallback
  }

  func invalid(_ option: String, _ value: Any) -> TestSupportError {
    TestSupportError(.caseInvalid, "The case \(parityCase.id) sets \(option) to \(value).")
  }

  /// An expected value that says what is asked about, for tables without inputs.
  func expected(_ name: String) throws -> JSONValue {
    guard let value = parityCase.values.first(where: { $0.name == name })?.value else {
      throw TestSupportError(.nameUnknown, "The case \(parityCase.id) has no value \(name).")
    }
    return value
  }

  /// (x, y) rows of an input in double precision.
  func doublePoints(_ name: String) throws -> [SIMD2<Double>] {
    let numbers = try parityCase.numbers(parityCase.input(name))
    return stride(from: 0, to: numbers.count - 1, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) }
  }
}

extension FaceTraits {
  /// The age as cases write it.
  var ageValue: JSONValue {
    .object(["from": .number(Double(age.lowerBound)), "to_exclusive": .number(Double(age.upperBound))])
  }
}

import Imaging
import Testing

@testable import Faces

@Suite struct FaceOptionsTests {
  @Test func theDefaultsAreAllowed() throws {
    for model in FaceDetectorModel.allCases { try FaceOptions(detectorModel: model).validate() }
    try FaceSelectorOptions().validate()
    #expect(FaceOptions().detectorSize == PixelSize(width: 640, height: 640))
    #expect(FaceOptions(detectorModel: .blazefaceFullRange).detectorSize == PixelSize(width: 192, height: 192))
  }

  static let wrong: [(FaceOptions, String)] = [
    (FaceOptions(detectorSize: PixelSize(width: 641, height: 640)), "--face-detector-size"),
    (
      FaceOptions(detectorModel: .blazefaceFullRange, detectorSize: PixelSize(width: 640, height: 640)),
      "--face-detector-size"
    ),
    (FaceOptions(detectorMargin: DetectorMargin(top: 101)), "--face-detector-margin"),
    (FaceOptions(detectorMargin: DetectorMargin(left: -1)), "--face-detector-margin"),
    (FaceOptions(detectorAngles: [0, 45]), "--face-detector-angles"),
    (FaceOptions(detectorAngles: []), "--face-detector-angles"),
    (FaceOptions(detectorScore: 1.1), "--face-detector-score"),
    (FaceOptions(detectorScore: .nan), "--face-detector-score"),
    (FaceOptions(landmarkerScore: -0.1), "--face-landmarker-score"),
    (FaceOptions(detectInterval: 0), "--detect-interval"),
    (FaceOptions(detectInterval: 301), "--detect-interval"),
  ]

  @Test(arguments: wrong)
  func aWrongValueIsNamed(options: FaceOptions, name: String) {
    #expect {
      try options.validate()
    } throws: { error in
      guard let error = error as? FacesError else { return false }
      return error.code == .invalidOption && error.message.contains(name) && error.hint != nil
    }
  }

  @Test(arguments: [
    FaceSelectorOptions(referenceDistance: 1.5), FaceSelectorOptions(referenceDistance: -0.1),
    FaceSelectorOptions(referenceFrameNumber: -1),
  ])
  func wrongSelectorValues(options: FaceSelectorOptions) {
    #expect(throws: FacesError.self) { try options.validate() }
  }

  @Test func thePeersNames() {
    #expect(
      FaceDetectorModel.allCases.map(\.rawValue) == [
        "retinaface", "scrfd", "yolo_face", "yunet", "many", "centerface", "blazeface_full_range", "open_many",
      ])
    #expect(
      FaceLandmarkerModel.allCases.map(\.rawValue) == [
        "face_mesh_478", "face_mesh_468", "2dfan4", "peppa_wutz", "many",
      ])
    #expect(FaceSelectorMode.allCases.map(\.rawValue) == ["many", "one", "reference"])
  }
}

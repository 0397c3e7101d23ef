public import Imaging

/// Which network looks for faces.
public enum FaceDetectorModel: String, Sendable, Hashable, CaseIterable {
  case retinaface, scrfd
  case yoloFace = "yolo_face"
  case yunet
  /// retinaface, scrfd and yolo_face, their finds pooled.
  case many
  /// Thorough: small and turned faces too.
  case centerface
  /// Fast: faces of at least about a tenth of the picture.
  case blazefaceFullRange = "blazeface_full_range"
  /// Both detectors of the open pack, their finds pooled.
  case openMany = "open_many"

  /// The published networks behind the value; none for the open pack.
  public var published: [PublishedDetectorModel] {
    switch self {
    case .retinaface: [.retinaface]
    case .scrfd: [.scrfd]
    case .yoloFace: [.yoloFace]
    case .yunet: [.yunet]
    case .many: [.retinaface, .scrfd, .yoloFace]
    case .centerface, .blazefaceFullRange, .openMany: []
    }
  }

  /// Values of `--face-detector-size` that the model takes.
  public var sizes: [PixelSize] {
    switch self {
    case .retinaface, .scrfd, .yoloFace, .yunet: published.flatMap(\.sizes)
    case .many: [PixelSize(width: 640, height: 640)]
    case .blazefaceFullRange: [PixelSize(width: 192, height: 192)]
    case .centerface, .openMany:
      [160, 320, 480, 512, 640, 960, 1280].map { PixelSize(width: $0, height: $0) }
    }
  }

  /// The size used when none is asked for.
  public var defaultSize: PixelSize {
    self == .blazefaceFullRange ? PixelSize(width: 192, height: 192) : PixelSize(width: 640, height: 640)
  }
}

/// Which networks place a face's points.
public enum FaceLandmarkerModel: String, Sendable, Hashable, CaseIterable {
  /// 478 points with refined lips, eyelids and irises.
  case faceMesh478 = "face_mesh_478"
  /// 468 points at half the cost; the irises are set to the middle of the eyes.
  case faceMesh468 = "face_mesh_468"
  /// Published, 68 points.
  case twoDFan4 = "2dfan4"
  /// Published, 68 points.
  case peppaWutz = "peppa_wutz"
  /// Both published ones; the surer answer counts.
  case many

  /// Whether it lays a mesh.
  public var isMesh: Bool { self == .faceMesh478 || self == .faceMesh468 }
}

/// Which network tells who a face is.
public enum FaceRecognizerModel: String, Sendable, Hashable, CaseIterable {
  /// arcface where the landmarker is a published one or a processor needs its numbers, else dlib.
  case auto
  case dlib = "dlib_face_recognition_resnet_v1"
  case arcFace = "arcface"

  /// The value itself, or what `auto` means in a run.
  public func resolved(landmarker: FaceLandmarkerModel, needsArcFace: Bool = false) -> FaceRecognizerModel {
    guard self == .auto else { return self }
    return needsArcFace || !landmarker.isMesh ? .arcFace : .dlib
  }
}

/// Black borders added before detection, each 0…100; 100 is half the frame's height (top, bottom) or width.
public struct DetectorMargin: Sendable, Hashable {
  public var top: Int
  public var right: Int
  public var bottom: Int
  public var left: Int

  public init(top: Int = 0, right: Int = 0, bottom: Int = 0, left: Int = 0) {
    self.top = top
    self.right = right
    self.bottom = bottom
    self.left = left
  }
}

/// How faces are found and followed. Names, values and defaults are the peer's where the option exists there.
public struct FaceOptions: Sendable, Hashable {
  /// `--face-detector-model`.
  public var detectorModel: FaceDetectorModel
  /// `--face-detector-size`: the frame is fitted into it, never enlarged, keeping its aspect.
  public var detectorSize: PixelSize
  /// `--face-detector-margin`.
  public var detectorMargin: DetectorMargin
  /// `--face-detector-angles`: clockwise turns of faces to look for, of 0, 90, 180, 270.
  public var detectorAngles: [Int]
  /// `--face-detector-score`, 0…1: least score of a find; 0 finds nothing (as with the peer).
  public var detectorScore: Float
  /// `--face-landmarker-model`.
  public var landmarkerModel: FaceLandmarkerModel
  /// `--face-landmarker-score`, 0…1: a face counts only when the mesh's presence is above it. (The peer keeps such
  /// faces with the detector's five points; a mesh swapper has no use for a face without a mesh.) 0 keeps all.
  public var landmarkerScore: Float
  /// `--detect-interval` (ours), 1…300: frames between two looks of the detector while faces are followed.
  public var detectInterval: Int

  public init(
    detectorModel: FaceDetectorModel = .centerface, detectorSize: PixelSize? = nil,
    detectorMargin: DetectorMargin = DetectorMargin(), detectorAngles: [Int] = [0], detectorScore: Float = 0.5,
    landmarkerModel: FaceLandmarkerModel = .faceMesh478, landmarkerScore: Float = 0.5, detectInterval: Int = 10
  ) {
    self.detectorModel = detectorModel
    self.detectorSize = detectorSize ?? detectorModel.defaultSize
    self.detectorMargin = detectorMargin
    self.detectorAngles = detectorAngles
    self.detectorScore = detectorScore
    self.landmarkerModel = landmarkerModel
    self.landmarkerScore = landmarkerScore
    self.detectInterval = detectInterval
  }

  public static let angleChoices = [0, 90, 180, 270]
  public static let detectIntervalRange = 1...300

  /// - Throws: ``FacesError`` of code `invalidOption` naming the first value outside its range.
  public func validate() throws {
    func check(_ holds: Bool, _ option: String, _ value: Any, _ range: String) throws {
      guard !holds else { return }
      throw FacesError(
        code: .invalidOption, message: "\(option) is \(value).", hint: "Allowed: \(range).")
    }
    let sizes = detectorModel.sizes
    try check(
      sizes.contains(detectorSize), "--face-detector-size", detectorSize,
      "\(sizes.map(\.description).joined(separator: ", ")) for \(detectorModel.rawValue)")
    let margin = detectorMargin
    try check(
      [margin.top, margin.right, margin.bottom, margin.left].allSatisfy { (0...100).contains($0) },
      "--face-detector-margin", "\(margin.top) \(margin.right) \(margin.bottom) \(margin.left)", "0 to 100 each")
    try check(
      !detectorAngles.isEmpty && detectorAngles.allSatisfy(FaceOptions.angleChoices.contains),
      "--face-detector-angles", detectorAngles.map(String.init).joined(separator: " "), "0, 90, 180, 270")
    try check((0...1).contains(detectorScore), "--face-detector-score", detectorScore, "0 to 1")
    try check((0...1).contains(landmarkerScore), "--face-landmarker-score", landmarkerScore, "0 to 1")
    try check(
      FaceOptions.detectIntervalRange.contains(detectInterval), "--detect-interval", detectInterval, "1 to 300")
  }
}

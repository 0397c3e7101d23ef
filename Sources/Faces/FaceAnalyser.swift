public import Imaging

/// Finds the faces of single pictures: detector, mesh, and a second mesh on a crop that fits better than any detector's
/// box. Owned by one worker.
public final class FaceAnalyser {
  private let detector: any FaceDetecting
  private let landmarker: any FaceLandmarking
  private let recognizer: (any FaceRecognizing)?
  /// Least presence of a face that counts (strictly above).
  private let landmarkerScore: Float

  public init(
    detector: any FaceDetecting, landmarker: any FaceLandmarking, recognizer: (any FaceRecognizing)?,
    landmarkerScore: Float = usualPresence
  ) {
    self.detector = detector
    self.landmarker = landmarker
    self.recognizer = recognizer
    self.landmarkerScore = landmarkerScore
  }

  /// The presence from which a mesh usually counts.
  public static let usualPresence: Float = 0.5

  /// The faces of a picture, best detector score first. Without identities.
  public func faces(in frame: Frame) throws -> [Face] {
    var faces: [Face] = []
    for find in try detector.detect(in: frame) {
      guard let face = try face(for: find, in: frame) else { continue }
      let box = FaceTopology.box(of: face.mesh)
      let isKnown = faces.contains {
        FaceTopology.box(of: $0.mesh).overlap(box) > FaceAnalyser.sameFaceOverlap
      }
      if !isKnown { faces.append(face) }
    }
    return faces
  }

  /// Two meshes whose boxes overlap more than this show the same face.
  static let sameFaceOverlap: Float = 0.5

  /// The mesh of a detector's find, looked at twice; nil when no face is there.
  func face(for find: DetectedFace, in frame: Frame) throws -> Face? {
    let first = MeshCrop(find)
    guard first.isUsable else { return nil }
    let second = MeshCrop(mesh: try landmarker.mesh(in: frame, crop: first).points)
    guard second.isUsable else { return nil }
    let mesh = try landmarker.mesh(in: frame, crop: second)
    guard mesh.presence > landmarkerScore || landmarkerScore == 0 else { return nil }
    return Face(
      box: find.box, detectorScore: find.score, landmarkerScore: mesh.presence, landmarks5: find.points,
      mesh: mesh.points)
  }

  /// Asks the recogniser who the face is. Does nothing without a recogniser.
  public func embed(_ face: inout Face, in frame: Frame) throws {
    face.embedding = try recognizer?.embedding(in: frame, landmarks5: face.landmarks5From68)
  }
}

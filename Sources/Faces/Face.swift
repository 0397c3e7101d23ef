public import Imaging

/// One face of one picture. All positions are frame pixels (integer = pixel centre).
public struct Face: Sendable {
  /// The detector's box; for a followed face the box around its mesh.
  public var box: Box
  /// The detector's score, 0…1. A followed face keeps the score of the last look that confirmed it.
  public var detectorScore: Float
  /// Presence of a face under the mesh, 0…1.
  public var landmarkerScore: Float
  /// The detector's five points: left eye, right eye (in an upright picture), nose, left and right mouth corner.
  /// For a followed face those of the mesh.
  public var landmarks5: [Point]
  /// 478 points: 468 of the surface and 2 × 5 of the irises; z points away from the viewer and is scaled like x.
  public var mesh: [Point3]
  /// Who it is; nil until someone asked the recogniser.
  public var embedding: Embedding?
  /// The same number as long as the same face is followed through a video; nil in stills.
  public var trackID: Int?
  /// True when the mesh of the frame before gave the crop and no detector was asked.
  public var isFollowed: Bool

  public init(
    box: Box, detectorScore: Float, landmarkerScore: Float, landmarks5: [Point], mesh: [Point3],
    embedding: Embedding? = nil, trackID: Int? = nil, isFollowed: Bool = false
  ) {
    self.box = box
    self.detectorScore = detectorScore
    self.landmarkerScore = landmarkerScore
    self.landmarks5 = landmarks5
    self.mesh = mesh
    self.embedding = embedding
    self.trackID = trackID
    self.isFollowed = isFollowed
  }

  /// 68 points taken from the mesh.
  public var landmarks68: [Point] { FaceTopology.landmarks68(of: mesh) }

  /// Five points taken from the mesh: what alignment and recognition use.
  public var landmarks5From68: [Point] { FaceTopology.landmarks5(of: mesh) }

  /// Turn of the head in the picture to the nearest quarter, clockwise: 0, 90, 180 or 270 degrees.
  public var angle: Int { FaceTopology.angle(of: mesh) }

  /// Turn of the eye line in the picture, radians, clockwise.
  public var roll: Float { FaceTopology.roll(of: mesh) }
}

/// What a detector reports: a box, a score and five points in frame pixels.
public struct DetectedFace: Sendable, Equatable {
  public var box: Box
  /// 0…1.
  public var score: Float
  /// Left eye, right eye (in an upright picture), nose, left and right mouth corner.
  public var points: [Point]

  public init(box: Box, score: Float, points: [Point]) {
    self.box = box
    self.score = score
    self.points = points
  }
}

/// What a landmarker reports: 478 points in frame pixels and how sure it is that a face is there.
public struct FaceMesh: Sendable, Equatable {
  public var points: [Point3]
  /// 0…1.
  public var presence: Float

  public init(points: [Point3], presence: Float) {
    self.points = points
    self.presence = presence
  }
}

public import Imaging

/// One face of one picture. All positions are frame pixels (integer = pixel centre).
///
/// A face has four sets of points, as in vision.md §1: the detector's five (`5`), five taken from the 68 (`5/68`), the
/// landmarker's 68 (`68`) and 68 guessed from the five (`68/5`). A face that the mesh found has 478 points as well.
public struct Face: Sendable {
  /// How the face came to be in its frame.
  public enum Origin: String, Sendable, Hashable {
    case detect
    /// Put in between two frames that show it (vision.md §12).
    case refill
  }

  /// The detector's box; for a followed face the box around its mesh.
  public var box: Box
  /// The detector's score, 0…1. A followed face keeps the score of the last look that confirmed it.
  public var detectorScore: Float
  /// The landmarker's score, 0…1; with a mesh the presence of a face under it.
  public var landmarkerScore: Float
  /// `5`: left eye, right eye (in an upright picture), nose, left and right mouth corner, from the detector.
  /// For a followed face those of the mesh.
  public var landmarks5: [Point]
  /// `5/68`: the five that alignment and recognition use.
  public var landmarks5From68: [Point]
  /// `68`: jaw 17, brows 10, nose 9, eyes 12, lips 20.
  public var landmarks68: [Point]
  /// `68/5`; those of the mesh where there is one.
  public var landmarks68From5: [Point]
  /// 478 points: 468 of the surface and 2 × 5 of the irises; z points away from the viewer and is scaled like x.
  /// Empty where no mesh was laid.
  public var mesh: [Point3]
  /// Turn of the head in the picture to the nearest quarter, clockwise: 0, 90, 180 or 270 degrees.
  public var angle: Int
  /// Who it is; nil until someone asked the recogniser.
  public var embedding: Embedding?
  /// Gender, age and race as guessed; nil until someone asked the classifier.
  public var traits: FaceTraits?
  public var origin = Origin.detect
  /// The same number as long as the same face is followed through a video; nil in stills.
  public var trackID: Int?
  /// True when the mesh of the frame before gave the crop and no detector was asked.
  public var isFollowed: Bool

  /// A face with a mesh; the 68, the five of them and the angle are taken from it.
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
    landmarks5From68 = FaceTopology.landmarks5(of: mesh)
    landmarks68 = FaceTopology.landmarks68(of: mesh)
    landmarks68From5 = landmarks68
    angle = FaceTopology.angle(of: mesh)
  }

  /// A face without a mesh, its point sets given.
  public init(
    box: Box, detectorScore: Float, landmarkerScore: Float, landmarks5: [Point], landmarks5From68: [Point],
    landmarks68: [Point], landmarks68From5: [Point], angle: Int
  ) {
    self.box = box
    self.detectorScore = detectorScore
    self.landmarkerScore = landmarkerScore
    self.landmarks5 = landmarks5
    self.landmarks5From68 = landmarks5From68
    self.landmarks68 = landmarks68
    self.landmarks68From5 = landmarks68From5
    self.angle = angle
    mesh = []
    isFollowed = false
  }

  /// Turn of the eye line in the picture, radians, clockwise.
  public var roll: Float { FaceTopology.roll(of: landmarks5From68) }

  /// The same face in a picture of another size: every position times the factor of its axis (vision.md §9).
  public func scaled(x: Float, y: Float) -> Face {
    guard x != 1 || y != 1 else { return self }
    func scale(_ points: [Point]) -> [Point] { points.map { Point($0.x * x, $0.y * y) } }
    var face = self
    face.box = Box(x1: box.x1 * x, y1: box.y1 * y, x2: box.x2 * x, y2: box.y2 * y)
    face.landmarks5 = scale(landmarks5)
    face.landmarks5From68 = scale(landmarks5From68)
    face.landmarks68 = scale(landmarks68)
    face.landmarks68From5 = scale(landmarks68From5)
    face.mesh = mesh.map { Point3($0.x * x, $0.y * y, $0.z * x) }
    return face
  }
}

/// What the classifier guesses of a face. A guess, never a fact about a person.
public struct FaceTraits: Sendable, Hashable {
  public enum Gender: String, Sendable, CaseIterable { case female, male }
  public enum Race: String, Sendable, CaseIterable { case white, black, latino, asian, indian, arabic }

  public var gender: Gender
  /// Years, the end not included.
  public var age: Range<Int>
  public var race: Race

  public init(gender: Gender, age: Range<Int>, race: Race) {
    self.gender = gender
    self.age = age
    self.race = race
  }
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

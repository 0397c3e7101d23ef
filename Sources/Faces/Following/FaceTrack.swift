import Foundation
import Imaging

/// One face that is followed from frame to frame.
struct FaceTrack {
  let id: Int
  /// The network's mesh of the last frame that showed the face.
  private(set) var mesh: FaceMesh
  /// `mesh` as handed on, see ``MeshSteadier``.
  private(set) var steady: [Point3]
  private(set) var box: Box
  /// Where to look in the next frame.
  private(set) var nextCrop: MeshCrop
  /// Movement of the face's middle over the last frame.
  private(set) var motion = Point()
  var detectorScore: Float
  /// Looks of the detector in a row that did not see this face.
  var unconfirmedLooks = 0
  /// Frames in a row without a believable mesh; above 0 the track is dormant.
  var lostFrames = 0
  var isFollowed = false
  var identity = TrackIdentity()
  /// How far the last crop's middle lay from where it was expected, in sides of the crop.
  private(set) var surprise: Float = 0
  private var steadier = MeshSteadier()

  init(id: Int, mesh: FaceMesh, crop: MeshCrop, detectorScore: Float) {
    self.id = id
    self.mesh = mesh
    nextCrop = crop
    self.detectorScore = detectorScore
    steady = mesh.points
    box = FaceTopology.box(of: mesh.points)
    steady = steadier.steady(mesh.points)
  }

  var isLive: Bool { lostFrames == 0 }

  /// Takes the mesh of a new frame.
  mutating func advance(_ mesh: FaceMesh, crop: MeshCrop) {
    let before = MeshCrop(mesh: self.mesh.points)
    let now = MeshCrop(mesh: mesh.points)
    let step = now.center - before.center
    surprise = FaceTopology.length(step - motion) / max(now.side, 1)
    motion = lostFrames == 0 ? step : Point()
    if lostFrames > 0 { steadier = MeshSteadier() }
    lostFrames = 0
    self.mesh = mesh
    nextCrop = crop.eased(towards: now, ahead: motion)
    box = FaceTopology.box(of: mesh.points)
    steady = steadier.steady(mesh.points)
  }

  /// Whether `mesh` can be the next of this face: sure enough, inside the picture, and no jump that heads do not make
  /// within a frame.
  func believes(_ mesh: FaceMesh, presence least: Float, in size: PixelSize) -> Bool {
    guard mesh.presence > least else { return false }
    let before = MeshCrop(mesh: self.mesh.points)
    let now = MeshCrop(mesh: mesh.points)
    guard now.isUsable, FaceTrack.isInside(FaceTopology.box(of: mesh.points), size) else { return false }
    let growth = now.side / max(before.side, 1)
    let jump = FaceTopology.length(now.center - before.center - motion)
    return growth > 1 / 1.5 && growth < 1.5 && jump < 0.4 * before.side
      && abs(FaceTrack.turn(from: before.roll, to: now.roll)) < 0.8
  }

  /// A third of the box at least lies in the picture.
  static func isInside(_ box: Box, _ size: PixelSize) -> Bool {
    let width = min(box.x2, Float(size.width)) - max(box.x1, 0)
    let height = min(box.y2, Float(size.height)) - max(box.y1, 0)
    return width > 0 && height > 0 && width * height >= box.area / 3
  }

  /// Whether a detector's box is this face: the boxes overlap, or each holds the other's middle and their sizes fit.
  func matches(_ other: Box) -> Bool {
    if box.overlap(other) > 0.3 { return true }
    let ratio = max(box.width, box.height) / max(max(other.width, other.height), 1)
    return box.contains(other.center) && other.contains(box.center) && ratio > 0.4 && ratio < 2.5
  }

  /// Whether a find can be this face come back after `lostFrames` frames: near, and of a like size.
  func mayReturn(as other: Box) -> Bool {
    let size = max(box.width, box.height)
    let ratio = size / max(max(other.width, other.height), 1)
    return FaceTopology.length(box.center - other.center) < size && ratio > 0.5 && ratio < 2
  }

  static func turn(from: Float, to: Float) -> Float { MeshCrop.turn(from: from, to: to) }
}

extension Box {
  fileprivate func contains(_ point: Point) -> Bool {
    point.x >= x1 && point.x <= x2 && point.y >= y1 && point.y <= y2
  }
}

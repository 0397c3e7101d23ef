import Faces
import Imaging

/// Finds the faces of one picture.
final class PictureFaces: FaceFinding {
  private let look: (Frame) throws -> [Face]
  private let identify: (inout Face, Frame) throws -> Void
  private var chooser: FaceChooser
  private let isReference: Bool

  /// - Parameters:
  ///   - look: finds the faces.
  ///   - identify: gives a face its identity; called only when several faces are compared.
  ///   - source: traits of the largest source face.
  init(
    options: FaceSelectorOptions, source: FaceTraits? = nil, look: @escaping (Frame) throws -> [Face],
    identify: @escaping (inout Face, Frame) throws -> Void
  ) {
    self.look = look
    self.identify = identify
    var options = options
    options.referenceFrameNumber = 0
    chooser = FaceChooser(options: options, source: source)
    isReference = options.mode == .reference
  }

  func faces(in frame: Frame, index: Int) throws -> [Face] {
    var faces = try look(frame)
    // A lone face of the reference picture is the reference, whoever it is.
    guard isReference, faces.count > 1 else { return faces }
    for position in faces.indices where faces[position].embedding == nil { try identify(&faces[position], frame) }
    return faces
  }

  func choose(from faces: [Face], index: Int) -> [Face] {
    isReference && faces.count <= 1 ? faces : chooser.choose(from: faces, index: index)
  }
}

/// Follows the faces of a video.
final class FollowedFaces: FaceFinding {
  private let follower: FaceFollower
  private let traits: TraitReader?
  private var chooser: FaceChooser

  init(follower: FaceFollower, traits: TraitReader?, chooser: FaceChooser) {
    self.follower = follower
    self.traits = traits
    self.chooser = chooser
  }

  func faces(in frame: Frame, index: Int) throws -> [Face] {
    var faces = try follower.update(frame, index: index)
    try traits?.read(&faces, in: frame)
    return faces
  }

  func choose(from faces: [Face], index: Int) -> [Face] { chooser.choose(from: faces, index: index) }
}

/// Takes the faces that each worker has found for itself.
final class GivenFaces: FaceFinding {
  private var chooser: FaceChooser

  init(chooser: FaceChooser) { self.chooser = chooser }

  func faces(in frame: Frame, index: Int) throws -> [Face] { [] }

  func choose(from faces: [Face], index: Int) -> [Face] { chooser.choose(from: faces, index: index) }
}

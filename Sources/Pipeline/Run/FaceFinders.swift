import Faces
import Imaging

/// Finds the faces of one picture.
final class PictureFaces: FaceFinding {
  private let analyser: FaceAnalyser
  private let recognizer: () throws -> any FaceRecognizing
  private var chooser: FaceChooser

  /// - Parameter recognizer: called when identities are needed, which is rare in a picture.
  init(
    analyser: FaceAnalyser, options: FaceSelectorOptions, recognizer: @escaping () throws -> any FaceRecognizing
  ) {
    self.analyser = analyser
    self.recognizer = recognizer
    var options = options
    options.referenceFrameNumber = 0
    chooser = FaceChooser(options: options)
    isReference = options.mode == .reference
  }

  private let isReference: Bool

  func faces(in frame: Frame, index: Int) throws -> (all: [Face], chosen: [Face]) {
    var faces = try analyser.faces(in: frame)
    guard isReference else { return (faces, chooser.choose(from: faces, index: index)) }
    // A lone face of the reference picture is the reference, whoever it is.
    if faces.count <= 1 { return (faces, faces) }
    let recognizer = try recognizer()
    for position in faces.indices {
      faces[position].embedding = try recognizer.embedding(in: frame, landmarks5: faces[position].landmarks5From68)
    }
    return (faces, chooser.choose(from: faces, index: index))
  }
}

/// Follows the faces of a video.
final class VideoFaces: FaceFinding {
  private let follower: FaceFollower
  private var chooser: FaceChooser

  init(follower: FaceFollower, chooser: FaceChooser) {
    self.follower = follower
    self.chooser = chooser
  }

  func faces(in frame: Frame, index: Int) throws -> (all: [Face], chosen: [Face]) {
    let faces = try follower.update(frame, index: index)
    return (faces, chooser.choose(from: faces, index: index))
  }
}

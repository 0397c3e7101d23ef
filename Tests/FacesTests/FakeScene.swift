import Imaging
import TestSupport

@testable import Faces

/// A made-up film: where each face is in the current frame, and who can see it. The tests move the faces.
final class FakeScene {
  struct Actor {
    var center: Point
    var size: Float = 100
    /// The detector and the landmarker see it.
    var isVisible = true
    /// The detector alone does not see it (a profile, say).
    var hidesFromDetector = false
    var presence: Float = 0.99
    /// Nearer to the camera: hides those behind it where they overlap.
    var depth = 0
    var identity: [Float] = [1, 0]
  }

  var actors: [Actor]
  /// Brightness of the picture; a jump is a cut.
  var luma: Float = 0.4
  let size = PixelSize(width: 640, height: 360)
  private(set) var detections = 0
  private(set) var meshes = 0
  private(set) var embeddings = 0

  init(_ actors: [Actor]) { self.actors = actors }

  var frame: Frame { SyntheticFrame.frame(.plain([luma]), size: PixelSize(width: 640, height: 360), format: .gray8) }

  func follower(interval: Int = 10, identifies: Bool = false) -> FaceFollower {
    FaceFollower(
      detector: Eye(self), landmarker: Hand(self), recognizer: identifies ? Memory(self) : nil,
      options: FaceOptions(detectInterval: interval), identifies: identifies)
  }

  private func shown() -> [Actor] {
    actors.filter { actor in
      let isCovered = actors.contains {
        $0.depth > actor.depth && $0.isVisible && FaceTopology.length($0.center - actor.center) < 40
      }
      return actor.isVisible && !isCovered
    }
  }

  final class Eye: FaceDetecting {
    let scene: FakeScene
    init(_ scene: FakeScene) { self.scene = scene }

    func detect(in frame: Frame) -> [DetectedFace] {
      scene.detections += 1
      return scene.shown().filter { !$0.hidesFromDetector }.map {
        TestFaces.detection(center: $0.center, size: $0.size)
      }
    }
  }

  final class Hand: FaceLandmarking {
    let scene: FakeScene
    init(_ scene: FakeScene) { self.scene = scene }

    /// The nearest face in the crop; where none is, a mesh in its middle that nobody is to believe.
    func mesh(in frame: Frame, crop: MeshCrop) -> FaceMesh {
      scene.meshes += 1
      let near = scene.shown()
        .map { (actor: $0, distance: FaceTopology.length($0.center - crop.center)) }
        .filter { $0.distance < 0.4 * crop.side }
        .min { $0.distance < $1.distance }
      guard let actor = near?.actor else {
        return FaceMesh(points: TestFaces.mesh(center: crop.center, size: crop.side / 1.5), presence: 0.02)
      }
      return FaceMesh(points: TestFaces.mesh(center: actor.center, size: actor.size), presence: actor.presence)
    }
  }

  final class Memory: FaceRecognizing {
    let scene: FakeScene
    init(_ scene: FakeScene) { self.scene = scene }

    func embedding(in frame: Frame, landmarks5: [Point]) -> Embedding {
      scene.embeddings += 1
      let middle = (landmarks5[0] + landmarks5[1]) / 2
      let actor = scene.actors.min {
        FaceTopology.length($0.center - middle) < FaceTopology.length($1.center - middle)
      }
      return Embedding(actor?.identity ?? [0, 0])
    }
  }
}

extension PixelFormat {
  static let gray8 = PixelFormat(layout: .gray, bitDepth: 8)
}

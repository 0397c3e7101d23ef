import Foundation
import Imaging

@testable import Faces

/// A made-up face: 478 points in the rough shape of a head, for tests that need no network.
enum TestFaces {
  /// Points spread over an ellipse by the golden angle, the ones that have a meaning put where they belong; the box of
  /// an upright face is 0.8 · size wide and size high.
  static func mesh(center: Point, size: Float, roll: Float = 0) -> [Point3] {
    var unit = (0..<478).map { index -> Point3 in
      let radius = 0.45 * (Float(index) / 478).squareRoot()
      let angle = Float(index) * 2.399963
      return Point3(0.8 * radius * cos(angle), radius * sin(angle), 0)
    }
    func put(_ indices: [Int], _ x: Float, _ y: Float) { for index in indices { unit[index] = Point3(x, y, -0.05) } }
    put([10], 0, -0.5)
    put([152], 0, 0.5)
    put([162, 234], -0.4, 0)
    put([389, 454], 0.4, 0)
    put(FaceTopology.eyeLeftContour, -0.17, -0.12)
    put(FaceTopology.eyeRightContour, 0.17, -0.12)
    put([4], 0, 0.05)
    put([61], -0.12, 0.22)
    put([291], 0.12, 0.22)
    let (cosine, sine) = (cos(roll), sin(roll))
    return unit.map { point in
      Point3(
        center.x + size * (cosine * point.x - sine * point.y), center.y + size * (sine * point.x + cosine * point.y),
        size * point.z)
    }
  }

  static func detection(center: Point, size: Float, score: Float = 0.9) -> DetectedFace {
    let mesh = mesh(center: center, size: size)
    return DetectedFace(
      box: FaceTopology.box(of: mesh), score: score, points: FaceTopology.landmarks5(of: mesh))
  }

  static func face(x: Float, y: Float = 0, side: Float = 10, score: Float = 0.5, embedding: [Float]? = nil) -> Face {
    Face(
      box: Box(x1: x, y1: y, x2: x + side, y2: y + side), detectorScore: score, landmarkerScore: 1, landmarks5: [],
      mesh: [], embedding: embedding.map { Embedding($0) })
  }
}

import Foundation
import Imaging
import Testing

@testable import Faces

/// Flicker and lag of a followed mesh against the network's own answers, on clips whose movement is known
/// (Documentation/steadiness.md). `LIKENESS_MEASURE=1` makes the clips longer; the figures are printed either way.
@Suite(.enabled(if: Samples.isReady, Comment(rawValue: Samples.skipReason)), .serialized)
struct SteadinessTests {
  static let frameCount = ProcessInfo.processInfo.environment["LIKENESS_MEASURE"] == nil ? 24 : 75

  struct Motion: Sendable, CustomTestStringConvertible {
    var name: String
    /// Place of the cut-out at frame n, in thirds of a pixel of the clip: ffmpeg's expression and the same in Swift.
    var expression: String
    var place: @Sendable (Int) -> Int
    var testDescription: String { name }
  }

  static let still = Motion(name: "still", expression: "256") { _ in 256 }
  static let slow = Motion(name: "1/3 px a frame", expression: "200+n") { 200 + $0 }
  static let steady = Motion(name: "2 px a frame", expression: "20+6*n") { 20 + 6 * $0 }
  static let swing = Motion(name: "swing, up to 10 px a frame", expression: "256+trunc(200*sin(n*0.15))") {
    256 + Int(200 * sin(Double($0) * 0.15))
  }

  struct Figures {
    /// Root mean square of what a point moves between two frames besides the true movement, and of what it lies off
    /// its true place (as the raw meshes have it on average); both in parts of the distance between the eyes.
    var flicker: Float
    var error: Float
    /// Frames by which the points come late.
    var lag: Float
  }

  static func figures(_ meshes: [[Point3]], raw: [[Point3]], _ motion: Motion) -> Figures {
    let used = 4..<meshes.count
    let unit = FaceTopology.eyeDistance(of: raw[0])
    func truth(_ frame: Int) -> Point { Point(-Float(motion.place(frame)) / 3, 0) }
    let home = (0..<468).map { index in
      used.reduce(Point()) { $0 + FaceTopology.flat(raw[$1][index]) - truth($1) } / Float(used.count)
    }
    var (flicker, error, against, speed): (Float, Float, Float, Float) = (0, 0, 0, 0)
    for frame in used {
      let velocity = truth(frame) - truth(frame - 1)
      for index in 0..<468 {
        let off = FaceTopology.flat(meshes[frame][index]) - truth(frame)
        let before = FaceTopology.flat(meshes[frame - 1][index]) - truth(frame - 1)
        flicker += ((off - before) * (off - before)).sum()
        let miss = off - home[index]
        error += (miss * miss).sum()
        against -= (miss * velocity).sum()
        speed += (velocity * velocity).sum()
      }
    }
    let count = Float(used.count * 468)
    return Figures(
      flicker: (flicker / count).squareRoot() / unit, error: (error / count).squareRoot() / unit,
      lag: speed > 0 ? against / speed : 0)
  }

  /// The network's meshes, each cropped by the one before, and what the follower shows.
  static func measure(_ motion: Motion, _ model: FaceLandmarkerModel) throws -> (raw: Figures, shown: Figures) {
    let clip = try Samples.clip(
      frames: frameCount,
      filter: "scale=2048:2048,crop=1536:1152:\(motion.expression):0,scale=512:384:flags=area,noise=alls=6:allf=t")
    let networks = try Samples.require()
    let options = FaceOptions(landmarkerModel: model, detectInterval: 100)
    let face = try #require(try networks.analyser(options, identifies: false).faces(in: clip[0]).first)
    let landmarker = try networks.landmarker(model)
    var raw: [[Point3]] = []
    for frame in clip {
      raw.append(try landmarker.mesh(in: frame, crop: MeshCrop(mesh: raw.last ?? face.mesh)).points)
    }
    let follower = try networks.follower(options)
    let shown = try clip.enumerated().map { index, frame in
      try #require(try follower.update(frame, index: index).first).mesh
    }
    let figures = (figures(raw, raw: raw, motion), figures(shown, raw: raw, motion))
    for (name, figure) in [("raw", figures.0), ("shown", figures.1)] {
      print(
        "steadiness | \(model.rawValue) | \(motion.name) | \(name) | "
          + String(format: "flicker %.3f %% | ", 100 * figure.flicker)
          + String(format: "error %.3f %% | lag %.2f frames", 100 * figure.error, figure.lag))
    }
    return figures
  }

  @Test(arguments: FaceLandmarkerModel.allCases.filter(\.isMesh))
  func aStillFaceStandsStill(model: FaceLandmarkerModel) throws {
    let (raw, shown) = try SteadinessTests.measure(SteadinessTests.still, model)
    #expect(shown.flicker < 0.4 * raw.flicker)
    #expect(shown.error < 0.012)
  }

  @Test(arguments: [slow, steady, swing])
  func aMovingFaceIsNotHeldBack(motion: Motion) throws {
    let (raw, shown) = try SteadinessTests.measure(motion, .faceMesh478)
    #expect(shown.flicker < 1.15 * raw.flicker)
    #expect(shown.error < raw.error + 0.01)
    // A slow face may lie behind by a hundredth of the distance between the eyes, which is several frames of it.
    if motion.name != SteadinessTests.slow.name { #expect(abs(shown.lag - raw.lag) < 0.3) }
  }
}

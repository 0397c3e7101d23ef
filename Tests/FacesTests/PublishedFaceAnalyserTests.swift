import Imaging
import Inference
import ModelStore
import Synchronization
import TestSupport
import Testing

@testable import Faces

/// Small models in the place of published ones, the real open pack; remembers which were asked for.
private final class TinyPack: ModelLoading {
  private let models: [String: TinyModel]
  private let asked = Mutex<[String]>([])
  var loaded: [String] { asked.withLock { $0 } }

  init(_ models: [String: TinyModel]) { self.models = models }

  func load(_ id: ModelID) throws -> [UInt8] {
    asked.withLock { $0.append(id.rawValue) }
    return try models[id.rawValue]?.bytes ?? ModelStore().load(id)
  }
}

/// Whole faces from networks that answer the same whatever they see.
@Suite struct PublishedFaceAnalyserTests {
  private static let five: [Float] = [300, 300, 340, 300, 320, 325, 304, 350, 336, 350]
  private let picture = SyntheticFrame.picture(.gradient, size: PixelSize(width: 640, height: 640))

  private func model(side: Int, _ outputs: [(name: String, shape: [Int], values: [Float])]) -> TinyModel {
    .constant(input: ("input", [1, 3, .fixed(side), .fixed(side)]), outputs: outputs)
  }

  /// yolo_face sees one face with the five points above in a box of 280, 270 … 360, 370.
  private var pack: [String: TinyModel] {
    var columns = [Float](repeating: 0, count: 20 * 4)
    var face: [Float] = [320, 320, 80, 100, 0.875]
    for index in 0..<5 {
      face += [PublishedFaceAnalyserTests.five[2 * index], PublishedFaceAnalyserTests.five[2 * index + 1], 1]
    }
    for (row, value) in face.enumerated() { columns[row * 4 + 2] = value }
    // Points of the unit square, from left to right.
    let guess: [Float] = (0..<68).flatMap { index -> [Float] in [Float(index) / 68, 0.5] }
    // The middle of the crop, a cell further down each.
    let landmarks: [Float] = (0..<68).flatMap { index -> [Float] in [32, Float(index) / 2] }
    let unsure: [Float] = (0..<68).flatMap { _ -> [Float] in [1, 1, 0.0475] }
    let identity = (0..<512).map { Float($0) }
    func classes(_ name: String, _ id: Float) -> (name: String, shape: [Int], values: [Float]) { (name, [1], [id]) }
    var pack: [String: TinyModel] = [:]
    pack["yoloface_8n"] = model(side: 640, [("output0", [1, 20, 4], columns)])
    pack["fan_68_5"] = .constant(input: ("input", [1, 5, 2]), outputs: [("output", [1, 68, 2], guess)])
    pack["2dfan4"] = model(
      side: 256,
      [("points", [1, 68, 2], landmarks), ("maps", [1, 68, 1, 1], [Float](repeating: 0.45, count: 68))])
    pack["peppa_wutz"] = model(side: 256, [("output", [1, 68, 3], unsure)])
    pack["arcface_w600k_r50"] = model(side: 112, [("output", [1, 512], identity)])
    pack["fairface"] = model(side: 224, [classes("race", 3), classes("gender", 1), classes("age", 2)])
    return pack
  }

  private func analyse(
    _ landmarker: FaceLandmarkerModel = .twoDFan4, score: Float = 0.4, detail: FaceDetail = []
  ) throws -> (face: Face, loaded: [String]) {
    let pack = TinyPack(pack)
    let networks = FaceNetworks(
      runtime: try OnnxRuntime.open(), models: pack, session: SessionOptions(providers: .list([.cpu])))
    let options = FaceOptions(detectorModel: .yoloFace, landmarkerModel: landmarker, landmarkerScore: score)
    let faces = try networks.publishedAnalyser(options, detail: detail).faces(in: picture)
    #expect(faces.count == 1)
    return (try #require(faces.first), pack.loaded)
  }

  private let detected = (0..<5).map { Point(five[2 * $0], five[2 * $0 + 1]) }

  @Test func aSureLandmarkerGivesTheAlignment() throws {
    let (face, loaded) = try analyse()
    #expect(face.box == Box(x1: 280, y1: 270, x2: 360, y2: 370))
    #expect(face.detectorScore == 0.875)
    #expect(face.landmarks5 == detected)
    #expect(abs(face.landmarkerScore - 0.5) < 1e-6)
    // Crop: 195 / 100 pixels per pixel, its middle at the box's.
    for (index, point) in face.landmarks68.enumerated() {
      let y = 320 + (Float(index) * 2 - 128) / 1.95
      #expect(abs(point.x - 320) < 0.01 && abs(point.y - y) < 0.01)
    }
    #expect(face.landmarks5From68 == FaceTopology.landmarks5(from68: face.landmarks68))
    #expect(face.landmarks68From5.count == 68)
    #expect(face.angle == 0)
    #expect(face.mesh.isEmpty && face.embedding == nil && face.traits == nil && !face.isFollowed)
    #expect(Set(loaded) == ["yoloface_8n", "fan_68_5", "2dfan4"])
  }

  @Test func anUnsureLandmarkerKeepsItsPointsButNotTheAlignment() throws {
    let (face, _) = try analyse(score: 0.6)
    #expect(face.landmarks5From68 == detected)
    #expect(abs(face.landmarks68[0].x - 320) < 0.01)
  }

  @Test func withoutALandmarkerTheGuessCounts() throws {
    let (face, loaded) = try analyse(score: 0)
    #expect(face.landmarks68 == face.landmarks68From5)
    #expect(face.landmarks5From68 == detected)
    #expect(face.landmarkerScore == 0)
    #expect(!loaded.contains("2dfan4"))
  }

  /// The peer fails here (vision.md §36.7).
  @Test func anUnheardLandmarkerLeavesTheGuess() throws {
    let (face, _) = try analyse(.peppaWutz, score: 0.01)
    #expect(face.landmarks68 == face.landmarks68From5)
    #expect(face.landmarkerScore == 0)
    let (both, _) = try analyse(.many)
    #expect(abs(both.landmarkerScore - 0.5) < 1e-6)
  }

  @Test func theGuessLiesInTheUnitSquareOfTheTemplate() throws {
    let (face, _) = try analyse(score: 0)
    let toSquare = estimateTransform(
      from: detected, template: .ffhq512, cropSize: PixelSize(width: 1, height: 1))
    for index in [0, 33, 67] {
      let place = toSquare.apply(face.landmarks68From5[index])
      #expect(abs(place.x - Float(index) / 68) < 1e-4 && abs(place.y - 0.5) < 1e-4)
    }
  }

  @Test func detailsOnRequest() throws {
    let (face, loaded) = try analyse(detail: [.identity, .traits])
    #expect(face.embedding?.values == (0..<512).map { Float($0) })
    #expect(face.embedding?.measure == .cosine)
    #expect(face.traits == FaceTraits(gender: .female, age: 10..<19, race: .asian))
    #expect(loaded.contains("arcface_w600k_r50") && loaded.contains("fairface"))
  }

  @Test func framesAndPicturesAreTheSame() throws {
    let networks = FaceNetworks(
      runtime: try OnnxRuntime.open(), models: TinyPack(pack), session: SessionOptions(providers: .list([.cpu])))
    let analyser = try networks.publishedAnalyser(
      FaceOptions(detectorModel: .yoloFace, landmarkerModel: .twoDFan4), detail: .identity)
    let frame = SyntheticFrame.frame(.gradient, size: PixelSize(width: 640, height: 640))
    #expect(
      try analyser.faces(in: frame).map(\.landmarks68) == analyser.faces(in: frame.bgrPicture()).map(\.landmarks68))
  }

  /// Detector, mesh and recogniser of the open pack with a published landmarker.
  @Test(.enabled(if: Samples.isReady, Comment(rawValue: Samples.skipReason)))
  func bothPacksTogether() throws {
    let networks = FaceNetworks(
      runtime: try OnnxRuntime.open(), models: TinyPack(pack), session: SessionOptions(providers: .list([.cpu])))
    let analyser = try networks.publishedAnalyser(
      FaceOptions(detectorModel: .centerface, landmarkerModel: .twoDFan4, landmarkerScore: 0.9),
      detail: [.mesh, .identity], recognizer: .dlib)
    let frame = try Samples.collins()
    for faces in [try analyser.faces(in: frame), try analyser.faces(in: frame.bgrPicture())] {
      let face = try RealModelTests.only(faces)
      #expect(face.landmarks5From68 == face.landmarks5)
      #expect(face.embedding?.values.count == 128 && face.embedding?.measure == .euclidean)
      let five = FaceTopology.landmarks5(of: face.mesh)
      try #require(five.count == 5)
      for (got, expected) in zip(five, RealModelTests.collins) { #expect(RealModelTests.distance(got, expected) < 5) }
    }
  }

  @Test func landmarkersOfTheOtherPackAreRefused() throws {
    let networks = FaceNetworks(runtime: try OnnxRuntime.open(), models: TinyPack(pack))
    #expect(
      throwsFacesError(.invalidOption, naming: ["face_mesh_478"]) {
        _ = try networks.publishedAnalyser(FaceOptions(detectorModel: .yoloFace))
      })
    #expect(
      throwsFacesError(.invalidOption, naming: ["centerface"]) {
        _ = try networks.publishedDetector(FaceOptions(detectorModel: .centerface))
      })
  }
}

import Foundation
import Imaging
import Testing

@testable import Faces

/// The whole way on the two sample portraits. Expected positions were read off the pictures.
@Suite(.enabled(if: Samples.isReady, Comment(rawValue: Samples.skipReason)), .serialized)
struct RealModelTests {
  static func distance(_ a: Point, _ b: Point) -> Float { FaceTopology.length(a - b) }

  static func only(_ faces: [Face]) throws -> Face {
    #expect(faces.count == 1)
    return try #require(faces.first)
  }

  static func identity(_ frame: Frame) throws -> Embedding {
    let analyser = try Samples.require().analyser(FaceOptions())
    var face = try #require(try analyser.faces(in: frame).first)
    try analyser.embed(&face, in: frame)
    return try #require(face.embedding)
  }

  /// Collins' eyes, nose and mouth corners in `collins.png`.
  static let collins = [
    Point(203.5, 101.5), Point(246.5, 103.5), Point(223.5, 127.5), Point(202.5, 139.5), Point(245.5, 140.5),
  ]

  @Test(arguments: [FaceDetectorModel.centerface, .blazefaceFullRange, .openMany])
  func everyDetectorFindsTheOneFace(model: FaceDetectorModel) throws {
    let analyser = try Samples.require().analyser(FaceOptions(detectorModel: model), identifies: false)
    let face = try RealModelTests.only(try analyser.faces(in: Samples.collins()))
    #expect(face.detectorScore > 0.8)
    #expect(face.landmarkerScore > 0.95)
    #expect(face.box.overlap(Box(x1: 181, y1: 58, x2: 269, y2: 177)) > 0.6)
    for (found, expected) in zip(face.landmarks5From68, RealModelTests.collins) {
      #expect(RealModelTests.distance(found, expected) < 4)
    }
    #expect(face.angle == 0)
    #expect(face.mesh.count == 478)
    #expect(face.landmarks68.count == 68)
  }

  @Test func theTwoMeshesAgree() throws {
    let frame = try Samples.collins()
    let meshes = try FaceLandmarkerModel.allCases.filter(\.isMesh).map { model in
      try RealModelTests.only(
        try Samples.require().analyser(FaceOptions(landmarkerModel: model), identifies: false).faces(in: frame)
      ).mesh
    }
    let eyes = FaceTopology.eyeDistance(of: meshes[0])
    let gaps = zip(meshes[0], meshes[1]).map { RealModelTests.distance(FaceTopology.flat($0), FaceTopology.flat($1)) }
    #expect(gaps.reduce(0, +) / 478 < 0.05 * eyes)
  }

  @Test func theIrisesLieInTheEyes() throws {
    let face = try RealModelTests.only(
      try Samples.require().analyser(FaceOptions(), identifies: false).faces(in: Samples.collins()))
    let eyes = FaceTopology.eyeDistance(of: face.mesh)
    for (iris, eye) in [(FaceTopology.irisLeft, 0), (FaceTopology.irisRight, 1)] {
      #expect(RealModelTests.distance(FaceTopology.flat(face.mesh[iris]), face.landmarks5From68[eye]) < 0.12 * eyes)
    }
  }

  @Test(arguments: [90, 180, 270])
  func turnedPicturesNeedTheAngle(angle: Int) throws {
    let upright = try Samples.collins()
    let frame = Samples.turned(upright, by: angle)
    let options = FaceOptions(detectorAngles: [0, 90, 180, 270])
    let faces = try Samples.require().analyser(options, identifies: false).faces(in: frame)
    let face = try RealModelTests.only(faces)
    #expect(face.angle == angle)
    let (width, height) = (Float(upright.size.width - 1), Float(upright.size.height - 1))
    for (found, expected) in zip(face.landmarks5From68, RealModelTests.collins) {
      let turned =
        switch angle {
        case 90: Point(height - expected.y, expected.x)
        case 180: Point(width - expected.x, height - expected.y)
        default: Point(expected.y, width - expected.x)
        }
      #expect(RealModelTests.distance(found, turned) < 4)
    }
  }

  @Test func aMarginShiftsNothing() throws {
    let options = FaceOptions(detectorMargin: DetectorMargin(top: 20, right: 10, bottom: 0, left: 30))
    let face = try RealModelTests.only(
      try Samples.require().analyser(options, identifies: false).faces(in: Samples.collins()))
    #expect(face.box.overlap(Box(x1: 181, y1: 58, x2: 269, y2: 177)) > 0.6)
  }

  @Test func aScoreOfZeroOrOneFindsNothing() throws {
    let frame = try Samples.collins()
    for score in [Float(0), 1] {
      #expect(try Samples.require().detector(FaceOptions(detectorScore: score)).detect(in: frame).isEmpty)
    }
  }

  @Test(arguments: [(1, 1), (2, 700), (359, 481)])
  func picturesWithoutAFace(width: Int, height: Int) throws {
    let frame = Samples.frame(size: PixelSize(width: width, height: height)) { x, y, _ in
      UInt8((x * 7 + y * 3) % 256)
    }
    let analyser = try Samples.require().analyser(FaceOptions(detectorModel: .openMany), identifies: false)
    #expect(try analyser.faces(in: frame).isEmpty)
  }

  @Test func onePersonIsNearAndAnotherFar() throws {
    let collins = try RealModelTests.identity(Samples.collins())
    let hopper = try RealModelTests.identity(Samples.hopper())
    let mirrored = try RealModelTests.identity(Samples.collins(filter: "hflip"))
    let small = try RealModelTests.identity(Samples.collins(filter: "scale=300:300"))
    let dark = try RealModelTests.identity(Samples.collins(filter: "eq=brightness=-0.15"))
    #expect(collins.matchDistance(to: hopper) > 0.3)
    for same in [mirrored, small, dark] {
      #expect(collins.matchDistance(to: same) < 0.2)
      #expect(hopper.matchDistance(to: same) > 0.3)
    }
    #expect(collins.values.count == 128)
  }

  @Test func aStillFilmStandsStill() throws {
    let follower = try Samples.require().follower(FaceOptions(detectInterval: 4))
    let frame = try Samples.collins()
    let films = try (0..<10).map { try follower.update(frame, index: $0) }
    #expect(films.allSatisfy { $0.count == 1 && $0[0].trackID == 0 })
    let (last, before) = (films[9][0].mesh, films[8][0].mesh)
    let moves = zip(last, before).map { RealModelTests.distance(FaceTopology.flat($0), FaceTopology.flat($1)) }
    #expect((moves.max() ?? 1) < 0.05)
    #expect(follower.counters.looks == 3)
  }

  @Test func theMaskSeesABlockInFrontOfTheFace() throws {
    let networks = try Samples.require()
    let frame = try Samples.collins()
    let face = try RealModelTests.only(try networks.analyser(FaceOptions(), identifies: false).faces(in: frame))
    let crop = MeshCrop(mesh: face.mesh)
    let transform = MeshCrop(center: crop.center, side: crop.side / 1.1, roll: crop.roll).transform(
      size: OcclusionMasker.side)
    let masker = try networks.occlusionMasker()
    let free = try masker.visible(in: frame, transform: transform)
    let nose = transform.apply(face.landmarks5From68[2])
    #expect(free[Int(nose.x), Int(nose.y)] > 0.8)
    let covered = frame.copy()
    let tip = face.landmarks5From68[2]
    for y in Int(tip.y) - 5..<Int(tip.y) + 40 {
      let row = covered.planes[0].row8(y)
      for x in Int(tip.x) - 40..<Int(tip.x) + 40 { (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (20, 160, 60) }
    }
    let hidden = try masker.visible(in: covered, transform: transform)
    let mouth = transform.apply((face.landmarks5From68[3] + face.landmarks5From68[4]) / 2)
    #expect(hidden[Int(mouth.x), Int(mouth.y)] < 0.3)
    #expect(free[Int(mouth.x), Int(mouth.y)] > 0.7)
  }
}

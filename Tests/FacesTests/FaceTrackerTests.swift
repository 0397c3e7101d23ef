import Imaging
import TestSupport
import Testing

@testable import Faces

@Suite struct FaceTrackerTests {
  private func box(_ x: Double, _ y: Double = 0, side: Double = 10) -> SIMD4<Double> {
    SIMD4(x, y, x + side, y + side)
  }

  private func indices(_ tracks: [[FaceTracker.Entry]]) -> [[[Int]]] { tracks.map { $0.map { [$0.frame, $0.face] } } }

  @Test func facesJoinTheTrackTheyOverlapMost() {
    let tracks = FaceTracker.tracks(
      of: [[box(0), box(100)], [box(101), box(2)], [], [box(3), box(50)], [box(102)]], score: 0.3)
    #expect(indices(tracks) == [[[0, 0], [1, 1], [3, 0]], [[0, 1], [1, 0], [4, 0]], [[3, 1]]])
    #expect(FaceTracker.tracks(of: [], score: 0.1).isEmpty)
  }

  /// Overlap of equal squares moved by a tenth: 9/11. The limit itself does not link.
  @Test func theOverlapHasToBeAboveTheScore() {
    let frames = [[box(0)], [box(1)]]
    #expect(FaceTracker.tracks(of: frames, score: 9.0 / 11).count == 2)
    #expect(FaceTracker.tracks(of: frames, score: (9.0 / 11).nextDown).count == 1)
    #expect(FaceTracker.tracks(of: [[box(0, side: 0)], [box(0, side: 0)]], score: 0.01).count == 2)
  }

  @Test func ofEqualOverlapsTheFirstTrackWins() {
    let tracks = FaceTracker.tracks(of: [[box(-5), box(5)], [box(0)]], score: 0.1)
    #expect(indices(tracks) == [[[0, 0], [1, 0]], [[0, 1]]])
  }

  @Test func aLaterFaceOfTheFrameTakesThePlace() {
    let tracks = FaceTracker.tracks(of: [[box(0)], [box(1), box(0)], [box(0)]], score: 0.5)
    #expect(indices(tracks) == [[[0, 0], [1, 1], [2, 0]]])
  }

  @Test func placesLieBetweenTheNeighbours() {
    let track = [0, 3, 4].map { FaceTracker.Entry(frame: $0, face: 0) }
    #expect(FaceTracker.place(of: track, at: 3)?.isFilled == false)
    let place = FaceTracker.place(of: track, at: 1)
    #expect(place?.first.frame == 0 && place?.second.frame == 3)
    #expect(place?.share == 1.0 / 3)
    #expect(place?.nearest.frame == 0)
    #expect(FaceTracker.place(of: track, at: 2)?.nearest.frame == 3)
    #expect(FaceTracker.place(of: track, at: 5) == nil)
    #expect(FaceTracker.place(of: [FaceTracker.Entry(frame: 2, face: 0)], at: 1) == nil)
    #expect(FaceTracker.place(of: [], at: 0) == nil)
  }

  private func face(x: Float, score: Float, turned: Bool = false) -> Face {
    func points(_ count: Int) -> [Point] { (0..<count).map { Point(x + Float($0), turned ? x - Float($0) : 2) } }
    var jaw = points(68)
    jaw[0] = Point(x, 0)
    jaw[16] = turned ? Point(x, 50) : Point(x + 50, 0)
    var face = Face(
      box: Box(x1: x, y1: 0, x2: x + 40, y2: 40), detectorScore: score, landmarkerScore: score / 2,
      landmarks5: points(5), landmarks5From68: points(5), landmarks68: points(68), landmarks68From5: jaw, angle: 0)
    face.embedding = Embedding([score, 1])
    face.traits = FaceTraits(gender: score < 0.5 ? .male : .female, age: 0..<2, race: .white)
    return face
  }

  @Test func gapsAreFilled() {
    let (first, second) = (face(x: 0, score: 0.4), face(x: 6, score: 0.8))
    let faces = FaceTracker.faces(in: [[first], [], [], [second], []], score: 0.3)
    #expect(faces.count == 1)
    let filled = faces[0]
    #expect(filled.origin == .refill)
    #expect(abs(filled.box.x1 - 4) < 1e-5 && abs(filled.box.x2 - 44) < 1e-5)
    for (index, point) in filled.landmarks68.enumerated() {
      #expect(abs(point.x - 4 - Float(index)) < 1e-4 && point.y == 2)
    }
    #expect(filled.landmarks5.count == 5 && filled.landmarks5From68.count == 5)
    // Two thirds of the way: everything else is the second's.
    #expect(filled.detectorScore == 0.8 && filled.landmarkerScore == 0.4)
    #expect(filled.embedding == second.embedding && filled.traits?.gender == .female)
    #expect(filled.angle == 0)
  }

  @Test func halfWayIsTheSecondsAndTheAngleIsTakenAnew() {
    let (first, second) = (face(x: 0, score: 0.4), face(x: 0, score: 0.8, turned: true))
    #expect(FaceTracker.filled(between: first, and: second, share: 0.5).detectorScore == 0.8)
    #expect(FaceTracker.filled(between: first, and: second, share: 0.49).detectorScore == 0.4)
    #expect(FaceTracker.filled(between: first, and: second, share: 0.75).angle == 90)
    #expect(FaceTracker.filled(between: first, and: second, share: 0.25).angle == 0)
  }

  @Test func meshesAreMixedWhereBothHaveOne() {
    var (first, second) = (face(x: 0, score: 0.4), face(x: 6, score: 0.8))
    first.mesh = TestFaces.mesh(center: Point(0, 0), size: 10)
    second.mesh = TestFaces.mesh(center: Point(8, 4), size: 10)
    let middle = FaceTracker.filled(between: first, and: second, share: 0.5)
    let expected = TestFaces.mesh(center: Point(4, 2), size: 10)
    #expect(middle.mesh.count == 478)
    for (a, b) in zip(middle.mesh, expected) { #expect(abs(a.x - b.x) < 1e-4 && abs(a.y - b.y) < 1e-4) }
    second.mesh = []
    #expect(FaceTracker.filled(between: first, and: second, share: 0.2).mesh.isEmpty)
  }

  @Test func facesOfTheMiddleFrameStayAsTheyAre() {
    let window = [[face(x: 0, score: 0.4)], [face(x: 200, score: 0.3), face(x: 1, score: 0.6)], []]
    let faces = FaceTracker.faces(in: window, score: 0.2)
    #expect(faces.map(\.detectorScore) == [0.6, 0.3])
    #expect(faces.allSatisfy { $0.origin == .detect })
    #expect(FaceTracker.faces(in: [], score: 0.2).isEmpty)
  }

  @Test func optionsOutOfRangeAreNamed() throws {
    try FaceTrackerOptions(score: 0.5, frameAmount: 10).validate()
    #expect(!FaceTrackerOptions().isOn && FaceTrackerOptions(score: 0.1).isOn)
    #expect(
      throwsFacesError(.invalidOption, naming: ["0.6"]) { try FaceTrackerOptions(score: 0.6).validate() })
    #expect(
      throwsFacesError(.invalidOption, naming: ["11"]) { try FaceTrackerOptions(frameAmount: 11).validate() })
  }
}

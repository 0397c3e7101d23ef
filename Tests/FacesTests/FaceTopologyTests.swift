import Foundation
import Imaging
import Testing

@testable import Faces

@Suite struct FaceTopologyTests {
  /// A mesh whose point k lies at (k, 1000 − k, k / 10).
  static let numbered = (0..<478).map { Point3(Float($0), 1000 - Float($0), Float($0) / 10) }

  @Test func theListsAreCompleteAndWithoutDoubles() {
    #expect(FaceTopology.indices68.count == 68)
    #expect(Set(FaceTopology.indices68).count == 68)
    #expect(FaceTopology.indices68.allSatisfy { (0..<468).contains($0) })
    #expect(Set(FaceTopology.eyeLeftContour).count == 16)
    #expect(Set(FaceTopology.eyeRightContour).count == 16)
    #expect(Set(FaceTopology.eyeLeftContour).isDisjoint(with: FaceTopology.eyeRightContour))
  }

  @Test func theGroupsOf68LieWhereTheyShould() {
    let points = FaceTopology.landmarks68(of: FaceTopologyTests.numbered)
    #expect(points[0] == Point(162, 838))
    #expect(points[8].x == 152)  // chin
    #expect(points[16].x == 389)
    #expect(points[30].x == 4)  // tip of the nose
    #expect(points[36].x == 33)
    #expect(points[45].x == 263)
    #expect(points[48].x == 61)
    #expect(points[54].x == 291)
    #expect(points[60].x == 78)
    #expect(points[64].x == 308)
  }

  @Test func fivePointsAreTheMeansInUse() {
    let points = FaceTopology.landmarks5(of: FaceTopologyTests.numbered)
    #expect(points.count == 5)
    #expect(points[0].x == Float(33 + 133 + 159 + 145) / 4)
    #expect(points[1].x == Float(362 + 263 + 386 + 374) / 4)
    #expect(points[2] == Point(4, 996))
    #expect(points[3].x == 61)
    #expect(points[4].x == 291)
  }

  @Test func fiveOf68() {
    let points = FaceTopology.landmarks5(from68: (0..<68).map { Point(Float($0), 0) })
    #expect(points.map(\.x) == [38.5, 44.5, 30, 48, 54])
    #expect(FaceTopology.landmarks5(from68: [Point]()).isEmpty)
  }

  @Test func aMeshOfAnotherSizeGivesNothing() {
    let short = Array(FaceTopologyTests.numbered.prefix(468))
    #expect(FaceTopology.landmarks68(of: short).isEmpty)
    #expect(FaceTopology.landmarks5(of: short).isEmpty)
    #expect(FaceTopology.roll(of: short) == 0)
    #expect(FaceTopology.angle(of: []) == 0)
    #expect(FaceTopology.eyeDistance(of: []) == 0)
  }

  @Test(arguments: [
    (Point(1, 0), 0), (Point(0, 1), 90), (Point(-1, 0), 180), (Point(0, -1), 270), (Point(1, -0.1), 0),
    (Point(1, 0.9), 0), (Point(0.9, 1), 90), (Point(.nan, 1), 0),
  ])
  func quarterTurns(direction: Point, angle: Int) {
    #expect(FaceTopology.quarterTurn(from: Point(), to: direction) == angle)
  }

  @Test func irisesOfThePlainMeshAreTheMiddleOfTheEyes() {
    var mesh = FaceTopologyTests.numbered
    FaceTopology.fillIrises(&mesh)
    let left = FaceTopology.eyeLeftContour.reduce(0, +)
    #expect(abs(mesh[468].x - Float(left) / 16) < 1e-3)
    #expect(mesh[472] == mesh[468])
    let right = FaceTopology.eyeRightContour.reduce(0, +)
    #expect(abs(mesh[477].x - Float(right) / 16) < 1e-3)
  }

  @Test(arguments: [Float(0), 0.5, -1.2, 3])
  func rollFollowsTheEyes(roll: Float) {
    let mesh = TestFaces.mesh(center: Point(200, 150), size: 80, roll: roll)
    #expect(abs(FaceTrack.turn(from: FaceTopology.roll(of: mesh), to: roll)) < 1e-3)
  }
}

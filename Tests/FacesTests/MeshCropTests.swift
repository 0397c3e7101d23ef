import Imaging
import Testing

@testable import Faces

@Suite struct MeshCropTests {
  @Test func aFindGivesOneAndAHalfTimesTheLongerSide() {
    let crop = MeshCrop(
      DetectedFace(
        box: Box(x1: 10, y1: 20, x2: 50, y2: 80), score: 1,
        points: [Point(20, 40), Point(40, 40), Point(30, 50), Point(22, 60), Point(38, 60)]))
    #expect(crop.center == Point(30, 50))
    #expect(crop.side == 90)
    #expect(crop.roll == 0)
  }

  @Test func aFindWithoutPointsIsTakenAsUpright() {
    #expect(MeshCrop(DetectedFace(box: Box(x1: 0, y1: 0, x2: 9, y2: 9), score: 1, points: [])).roll == 0)
  }

  @Test(arguments: [Float(0), 0.7, -2, 3.1])
  func theCropTurnsWithTheHead(roll: Float) {
    let mesh = TestFaces.mesh(center: Point(300, 200), size: 120, roll: roll)
    let crop = MeshCrop(mesh: mesh)
    #expect(abs(crop.side - 180) < 0.1)
    #expect(abs(crop.center.x - 300) < 0.1)
    #expect(abs(crop.center.y - 200) < 0.1)
    // In the crop the eyes are level and the left one is at the left.
    let eyes = FaceTopology.landmarks5(of: mesh).prefix(2).map(crop.transform().apply)
    #expect(abs(eyes[0].y - eyes[1].y) < 0.01)
    #expect(eyes[0].x < eyes[1].x)
  }

  @Test func theMiddleOfTheCropIsTheMiddleOfTheInput() {
    let crop = MeshCrop(center: Point(300.25, 200.75), side: 384, roll: 0.4)
    let middle = crop.transform().apply(crop.center)
    #expect(abs(middle.x - 95.5) < 1e-3)
    #expect(abs(middle.y - 95.5) < 1e-3)
    #expect(abs(crop.transform().scale - 0.5) < 1e-9)
  }

  @Test(arguments: [
    MeshCrop(center: Point(.nan, 0), side: 10, roll: 0), MeshCrop(center: Point(), side: 0, roll: 0),
    MeshCrop(center: Point(), side: .infinity, roll: 0), MeshCrop(center: Point(), side: 10, roll: .nan),
  ])
  func uselessCropsAreKnown(crop: MeshCrop) {
    #expect(!crop.isUsable)
  }
}

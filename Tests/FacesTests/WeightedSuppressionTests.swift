import Imaging
import Testing

@testable import Faces

@Suite struct WeightedSuppressionTests {
  static func face(_ x: Float, _ score: Float, side: Float = 10) -> DetectedFace {
    DetectedFace(
      box: Box(x1: x, y1: 0, x2: x + side, y2: side), score: score,
      points: [Point(x + 1, 2), Point(x + 3, 2), Point(x + 2, 3), Point(x + 1, 4), Point(x + 3, 4)])
  }

  @Test func nothingGivesNothing() {
    #expect(weightedSuppression([], overlapThreshold: 0.3).isEmpty)
  }

  @Test func neighboursAreAveragedByScore() throws {
    let faces = weightedSuppression(
      [WeightedSuppressionTests.face(0, 0.6), WeightedSuppressionTests.face(2, 0.9)], overlapThreshold: 0.3)
    let face = try #require(faces.first)
    #expect(faces.count == 1)
    #expect(face.score == 0.9)
    #expect(abs(face.box.x1 - 1.2) < 1e-5)
    #expect(abs(face.points[1].x - 4.2) < 1e-5)
  }

  @Test func distantFacesStayAndComeBestFirst() {
    let faces = weightedSuppression(
      [
        WeightedSuppressionTests.face(0, 0.6), WeightedSuppressionTests.face(100, 0.9),
        WeightedSuppressionTests.face(50, 0.7),
      ], overlapThreshold: 0.3)
    #expect(faces.map(\.score) == [0.9, 0.7, 0.6])
    #expect(faces.map(\.box.x1) == [100, 50, 0])
  }

  @Test func aChainIsNotMergedThroughItsMiddle() {
    // The outer two overlap the middle one, not each other; the best is at one end.
    let faces = weightedSuppression(
      [
        WeightedSuppressionTests.face(0, 0.9), WeightedSuppressionTests.face(5, 0.8),
        WeightedSuppressionTests.face(10, 0.7),
      ], overlapThreshold: 0.3)
    #expect(faces.count == 2)
    #expect(faces[1].box.x1 == 10)
  }

  @Test func tiesKeepTheirOrder() {
    let faces = weightedSuppression(
      [WeightedSuppressionTests.face(0, 0.8), WeightedSuppressionTests.face(50, 0.8)], overlapThreshold: 0.3)
    #expect(faces.map(\.box.x1) == [0, 50])
  }

  @Test func noNumbersAndEmptyBoxesEnd() {
    let faces = weightedSuppression(
      [
        WeightedSuppressionTests.face(0, .nan), WeightedSuppressionTests.face(0, 0.8, side: 0),
        WeightedSuppressionTests.face(0, 0.7, side: 0),
      ], overlapThreshold: 0.3)
    #expect(faces.map(\.score).contains(0.8))
    #expect(faces.allSatisfy { $0.score.isFinite })
  }
}

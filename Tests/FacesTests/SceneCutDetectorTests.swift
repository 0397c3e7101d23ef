import Testing

@testable import Faces

@Suite struct SceneCutDetectorTests {
  static let count = SceneCutDetector.columns * SceneCutDetector.rows

  static func picture(_ value: (Int) -> Int) -> [UInt8] { (0..<count).map { UInt8(clamping: value($0)) } }

  @Test func theFirstFrameStartsAShot() {
    var detector = SceneCutDetector()
    let black = SceneCutDetectorTests.picture { _ in 0 }
    let answers = [detector.isCut(black), detector.isCut(black)]
    #expect(answers == [true, false])
  }

  @Test func aNewPictureIsACut() {
    var detector = SceneCutDetector()
    let answers = [
      detector.isCut(SceneCutDetectorTests.picture { $0 % 32 * 8 }),
      detector.isCut(SceneCutDetectorTests.picture { $0 % 32 * 8 + 2 }),
      detector.isCut(SceneCutDetectorTests.picture { 255 - $0 % 32 * 8 }),
    ]
    #expect(answers == [true, false, true])
  }

  @Test func noiseAndSlowFadesAreNoCuts() {
    var detector = SceneCutDetector()
    _ = detector.isCut(SceneCutDetectorTests.picture { _ in 100 })
    for step in 1...20 {
      let isCut = detector.isCut(SceneCutDetectorTests.picture { 100 + step * 6 + ($0 * 7 + step * 13) % 9 })
      #expect(!isCut)
    }
  }

  @Test func fastSteadyMovementIsNoCut() {
    var detector = SceneCutDetector()
    // A bright bar that crosses the picture: every frame changes much, but no more than the one before.
    var cuts = 0
    for step in 0..<30 {
      let isCut = detector.isCut(SceneCutDetectorTests.picture { ($0 % 32 + step * 2) / 8 % 2 * 90 + 60 })
      cuts += isCut ? 1 : 0
    }
    #expect(cuts <= 2)
  }

  @Test func anotherThumbnailSizeStartsAfresh() {
    var detector = SceneCutDetector()
    let answers = [detector.isCut([1, 2, 3]), detector.isCut([1, 2, 3]), detector.isCut([1, 2]), detector.isCut([])]
    #expect(answers == [true, false, true, true])
  }
}

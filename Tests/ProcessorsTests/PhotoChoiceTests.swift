import Imaging
import Testing

@testable import Processors

@Suite struct PhotoChoiceTests {
  private func pose(_ yaw: Double, mouth: Double = 0.1) -> FacePose {
    FacePose(yaw: yaw, pitch: 0, roll: 0, mouthOpening: mouth, smile: 0.8)
  }

  /// Photos that look to the front and to the right, 40° apart.
  private func photos() throws -> SourceSet {
    let face = try GoldenCase("collins_on_hopper_112").sourceFace()
    return try SourceSet([face.posed(pose(0)), face.posed(pose(40))])
  }

  @Test func nearestPhotoIsTaken() throws {
    let sources = try photos()
    #expect(sources.choose(for: pose(5), current: nil) == 0)
    #expect(sources.choose(for: pose(35), current: nil) == 1)
    #expect(throws: ProcessorsError.self) { try SourceSet([]) }
  }

  @Test func anotherPhotoMustBeAFifthNearer() throws {
    let sources = try photos()
    // At 21° the second is nearer (19 against 21), but not by a fifth; at 23° it is (17 against 23).
    #expect(sources.choose(for: pose(21), current: 0) == 0)
    #expect(sources.choose(for: pose(21), current: 1) == 1)
    #expect(sources.choose(for: pose(23), current: 0) == 1)
  }

  @Test func mouthAndSmileCount() {
    #expect(pose(0).distance(to: pose(0, mouth: 0.5)) > pose(0).distance(to: pose(0, mouth: 0.2)))
    #expect(pose(0).distance(to: pose(0)) == 0)
    // The head's turn in the picture does not matter: the window undoes it.
    var rolled = pose(0)
    rolled.roll = 30
    #expect(rolled.distance(to: pose(0)) == 0)
  }

  @Test func changeIsFadedOverFourFrames() throws {
    let sources = try photos()
    var choice = PhotoChoice()
    #expect(choice.update(for: pose(0), from: sources) == .init(photo: 0, previous: nil, share: 1))
    var shares: [Float] = []
    for _ in 0..<4 {
      let result = choice.update(for: pose(40), from: sources)
      #expect(result.photo == 1 && result.previous == 0)
      shares.append(result.share)
    }
    for (index, share) in shares.enumerated() { #expect(abs(share - Float(index + 1) / 5) < 1e-6) }
    #expect(choice.update(for: pose(40), from: sources) == .init(photo: 1, previous: nil, share: 1))
  }

  @Test func noChangeOfMindInTheMiddleOfAFade() throws {
    let sources = try photos()
    var choice = PhotoChoice()
    _ = choice.update(for: pose(0), from: sources)
    _ = choice.update(for: pose(40), from: sources)
    #expect(choice.update(for: pose(0), from: sources).photo == 1)
  }
}

extension SourceFace {
  /// The same photo as if it showed another pose.
  fileprivate func posed(_ pose: FacePose) -> SourceFace {
    var copy = self
    copy.pose = pose
    return copy
  }
}

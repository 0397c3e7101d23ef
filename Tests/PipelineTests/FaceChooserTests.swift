import Faces
import Imaging
import Testing

@testable import Pipeline

@Suite struct FaceChooserTests {
  private func face(track: Int?, side: Float, at x: Float = 0, identity: [Float]? = nil) -> Face {
    Face(
      box: Box(x1: x, y1: 0, x2: x + side, y2: side), detectorScore: 0.9, landmarkerScore: 0.9, landmarks5: [],
      mesh: [],
      embedding: identity.map { Embedding($0) }, trackID: track)
  }

  private func tracks(_ faces: [Face]) -> [Int?] { faces.map(\.trackID) }

  @Test func oneStaysWithItsFaceWhileItIsThere() {
    var chooser = FaceChooser(options: FaceSelectorOptions(mode: .one))
    let first = chooser.choose(from: [face(track: 1, side: 50), face(track: 2, side: 40)], index: 0)
    let second = chooser.choose(from: [face(track: 1, side: 40), face(track: 2, side: 50)], index: 1)
    let third = chooser.choose(from: [face(track: 2, side: 50), face(track: 3, side: 60)], index: 2)
    let fourth = chooser.choose(from: [face(track: 1, side: 90), face(track: 3, side: 60)], index: 3)
    #expect(tracks(first) == [1])
    #expect(tracks(second) == [1])
    #expect(tracks(third) == [3])
    #expect(tracks(fourth) == [3])
  }

  @Test func manyTakesAll() {
    var chooser = FaceChooser(options: FaceSelectorOptions(mode: .many))
    let chosen = chooser.choose(from: [face(track: 1, side: 10), face(track: 2, side: 20)], index: 0)
    #expect(tracks(chosen) == [2, 1])
  }

  @Test func referenceIsTakenFromTheFirstFrameWithAFace() {
    var chooser = FaceChooser(options: FaceSelectorOptions(mode: .reference))
    #expect(chooser.lacksReference)
    #expect(chooser.choose(from: [], index: 0).isEmpty)
    let me: [Float] = [1, 0]
    let other: [Float] = [0, 1]
    let first = chooser.choose(
      from: [face(track: 1, side: 50, identity: me), face(track: 2, side: 40, identity: other)], index: 1)
    #expect(!chooser.lacksReference)
    let later = chooser.choose(
      from: [face(track: 5, side: 90, identity: other), face(track: 6, side: 20, identity: me)], index: 2)
    #expect(tracks(first) == [1])
    #expect(tracks(later) == [6])
  }

  @Test func referenceWaitsForItsFrameAndCountsByPosition() {
    var chooser = FaceChooser(
      options: FaceSelectorOptions(
        mode: .reference, order: .leftRight, referencePosition: 1, referenceFrameNumber: 3))
    let me: [Float] = [1, 0]
    let other: [Float] = [0, 1]
    let faces = [face(track: 1, side: 10, at: 5, identity: me), face(track: 2, side: 10, at: 0, identity: other)]
    #expect(chooser.choose(from: faces, index: 2).isEmpty)
    #expect(tracks(chooser.choose(from: faces, index: 3)) == [1])
  }
}

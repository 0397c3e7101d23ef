import Imaging
import Testing

@testable import Faces

@Suite struct FaceSelectorTests {
  static let faces = [
    TestFaces.face(x: 30, y: 5, side: 10, score: 0.7, embedding: [1, 0]),
    TestFaces.face(x: 10, y: 9, side: 30, score: 0.6, embedding: [0, 1]),
    TestFaces.face(x: 20, y: 1, side: 20, score: 0.9, embedding: [0.9, 0.1]),
  ]

  @Test(arguments: [
    (FaceSelectorOrder.leftRight, [10, 20, 30]), (.rightLeft, [30, 20, 10]), (.topBottom, [20, 30, 10]),
    (.bottomTop, [10, 30, 20]), (.smallLarge, [30, 20, 10]), (.largeSmall, [10, 20, 30]),
    (.bestWorst, [20, 30, 10]), (.worstBest, [10, 30, 20]),
  ])
  func orders(order: FaceSelectorOrder, left: [Int]) {
    #expect(FaceSelector.sorted(FaceSelectorTests.faces, by: order).map { Int($0.box.x1) } == left)
  }

  @Test(arguments: FaceSelectorOrder.allCases)
  func equalFacesKeepTheirOrder(order: FaceSelectorOrder) {
    var faces = [TestFaces.face(x: 1), TestFaces.face(x: 1), TestFaces.face(x: 1)]
    for index in faces.indices { faces[index].trackID = index }
    #expect(FaceSelector.sorted(faces, by: order).map(\.trackID) == [0, 1, 2])
  }

  @Test func manyTakesAllInOrder() {
    let selector = FaceSelector(options: FaceSelectorOptions(mode: .many, order: .leftRight))
    #expect(selector.select(from: FaceSelectorTests.faces).map(\.box.x1) == [10, 20, 30])
    #expect(!selector.needsIdentity)
  }

  @Test func oneTakesTheFirst() {
    let selector = FaceSelector(options: FaceSelectorOptions(mode: .one, order: .bestWorst))
    #expect(selector.select(from: FaceSelectorTests.faces).map(\.box.x1) == [20])
    #expect(selector.select(from: []).isEmpty)
  }

  @Test func referenceTakesAllThatMatchUnsorted() {
    let selector = FaceSelector(options: FaceSelectorOptions(), reference: Embedding([1, 0]))
    #expect(selector.needsIdentity)
    #expect(selector.select(from: FaceSelectorTests.faces).map(\.box.x1) == [30, 20])
  }

  @Test func referenceNeedsIdentities() {
    let bare = [TestFaces.face(x: 1)]
    let selector = FaceSelector(options: FaceSelectorOptions(), reference: Embedding([1, 0]))
    #expect(selector.select(from: bare).isEmpty)
    #expect(FaceSelector(options: FaceSelectorOptions()).select(from: FaceSelectorTests.faces).isEmpty)
  }

  @Test func theDistanceItselfIsNoMatch() {
    let face = TestFaces.face(x: 0, embedding: [1, 0.5])
    func matches(_ distance: Float) -> Bool {
      FaceSelector(options: FaceSelectorOptions(referenceDistance: distance), reference: Embedding([1, 0])).matches(
        face)
    }
    #expect(!matches(0.25))
    #expect(matches(Float(0.25).nextUp))
    #expect(!matches(0))
  }

  @Test(arguments: [(0, 10), (1, 20), (2, 30), (99, 30), (-1, 10)])
  func theReferencePositionIsClamped(position: Int, left: Float) {
    let options = FaceSelectorOptions(order: .leftRight, referencePosition: position)
    #expect(FaceSelector.reference(among: FaceSelectorTests.faces, options: options)?.box.x1 == left)
    #expect(FaceSelector.reference(among: [], options: options) == nil)
  }
}

import Faces
import Imaging
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Stand-ins for live portrait whose answers a test decides.
enum TinyPortrait {
  /// - Parameters:
  ///   - color: Red, green and blue that the generator draws, 0…1.
  ///   - points: Shape of the motion extractor's last output.
  static func networks(
    color: [Float] = [1, 0.5, 0], points: [Int] = [1, 21, 3], pitch: Float = 0, drawn: [Int] = [1, 3, 512, 512]
  ) -> TinyNetworks {
    let picture = [(name: "input", shape: [1, 3, 256, 256])]
    let rows = [1, 21, 3]
    return TinyNetworks(models: [
      "live_portrait_feature_extractor": .spread(
        inputs: picture, outputs: [(name: "volume", shape: [1, 2, 2], from: [1], values: [0.5])]),
      "live_portrait_motion_extractor": .spread(
        inputs: picture,
        outputs: [
          (name: "pitch", shape: [1], from: [1], values: [pitch]), (name: "yaw", shape: [1], from: [1], values: [0]),
          (name: "roll", shape: [1], from: [1], values: [0]), (name: "scale", shape: [1, 1], from: [1], values: [1]),
          (name: "translation", shape: [1, 3], from: [1], values: [0]),
          (name: "expression", shape: rows, from: [1], values: [0]),
          (name: "points", shape: points, from: [1], values: [0.1]),
        ]),
      "live_portrait_generator": .spread(
        inputs: [
          (name: "feature_volume", shape: [1, 2, 2]), (name: "source", shape: rows), (name: "target", shape: rows),
        ], outputs: [(name: "output", shape: drawn, from: [1, 3, 1, 1], values: color)]),
      "live_portrait_eye_retargeter": .spread(
        inputs: [(name: "input", shape: [1, 66])],
        outputs: [(name: "output", shape: [1, 63], from: [1], values: [0.25])]),
      "live_portrait_lip_retargeter": .spread(
        inputs: [(name: "input", shape: [1, 65])],
        outputs: [(name: "output", shape: [1, 63], from: [1], values: [0.5])]),
      "live_portrait_stitcher": stitcher,
    ])
  }

  /// source + target.
  private static var stitcher: TinyModel {
    var model = TinyModel(name: "stitcher")
    model.input("source", [1, 21, 3])
    model.input("target", [1, 21, 3])
    model.node("Add", ["source", "target"], ["output"])
    model.output("output", [1, 21, 3])
    return model
  }
}

/// The middle of the face. A wide mask is a little less than 1 there and pastes are cut to 8 bit: one less is right too.
private func expect(_ picture: PixelBuffer8, at x: Int, _ y: Int, _ color: [Int]) {
  for channel in 0..<3 {
    let found = Int(picture[x, y, channel])
    #expect(found == color[channel] || found == color[channel] - 1)
  }
}

@Suite struct ExpressionRestorerTests {
  private func restorer(_ networks: TinyNetworks) throws -> ExpressionRestorer {
    try ExpressionRestorer(networks: networks.networks(), options: .init(), masks: TinyScene.masks)
  }

  @Test func theDrawnFaceIsPastedAndBooked() throws {
    var work = TinyScene.work()
    #expect(try restorer(TinyPortrait.networks()).process(&work) == 1)
    // B, G, R of the drawn R, G, B.
    expect(work.picture, at: 80, 66, [0, 127, 255])
    let area = try #require(work.changed?.first)
    for y in 0..<TinyScene.size.height {
      for x in 0..<TinyScene.size.width where x < area.x1 || x >= area.x2 || y < area.y1 || y >= area.y2 {
        #expect(work.picture[x, y, 1] == 100)
      }
    }
    #expect(work.changed?.count == 1)
  }

  @Test func withoutFacesNothingIsDone() throws {
    var work = TinyScene.work([])
    #expect(try restorer(TinyPortrait.networks()).process(&work) == 0)
    #expect(work.picture == TinyScene.picture)
    #expect(work.changed?.isEmpty == true)
  }

  /// The generator is told the points with the target's expression; both frames are seen by one network here.
  @Test func pointsFollowTheMotion() throws {
    let restored = try restorer(TinyPortrait.networks()).restore(
      TinyScene.picture, points: TinyScene.points, from: TinyScene.picture, targetPoints: TinyScene.points)
    for (source, target) in zip(restored.source, restored.target) {
      #expect(source == target)
      #expect(target == Point3(0.1, 0.1, 0.1))
    }
  }

  /// The crop of the target's own frame is cut by the points in that frame.
  @Test func aLargerWorkingFrameKeepsBothCrops() throws {
    let double = PixelSize(width: 320, height: 240)
    let large = resize(TinyScene.picture, to: double)
    var work = PictureWork(
      picture: large, target: TinyScene.picture, faces: [TinyScene.face()], chosen: [TinyScene.face()])
    #expect(try restorer(TinyPortrait.networks()).process(&work) == 1)
    expect(work.picture, at: 160, 132, [0, 127, 255])
  }

  @Test func networksOfAnotherFormAreNamed() throws {
    let wrong = TinyPortrait.networks(drawn: [1, 3, 256, 256])
    let error = #expect(throws: ProcessorsError.self) { try restorer(wrong) }
    #expect(error?.code == .model)
    #expect(error?.message.contains("live_portrait_generator") == true)
    var missing = TinyPortrait.networks()
    missing.models["live_portrait_generator"] = nil
    #expect(throws: ModelStoreError.self) { try restorer(missing) }
  }

  @Test(arguments: [TinyPortrait.networks(points: [1, 20, 3]), TinyPortrait.networks(pitch: .nan)])
  func anotherMotionIsNamed(networks: TinyNetworks) throws {
    var work = TinyScene.work()
    let restorer = try restorer(networks)
    let error = #expect(throws: ProcessorsError.self) { try restorer.process(&work) }
    #expect(error?.message.contains("live_portrait_motion_extractor") == true)
    #expect(work.picture == TinyScene.picture)
  }
}

@Suite struct FaceEditorTests {
  private func editor(_ networks: TinyNetworks, _ edits: FaceEdits = FaceEdits()) throws -> FaceEditor {
    try FaceEditor(networks: networks.networks(), edits: edits, masks: TinyScene.masks)
  }

  @Test func theDrawnFaceIsPastedAndBooked() throws {
    var work = TinyScene.work()
    #expect(try editor(TinyPortrait.networks(color: [0, 1, 1])).process(&work) == 1)
    expect(work.picture, at: 80, 66, [255, 255, 0])
    #expect(work.changed?.count == 1)
  }

  @Test func aFaceWithout68PointsIsLeft() throws {
    var face = TinyScene.face()
    face.landmarks68 = []
    var work = TinyScene.work([face])
    #expect(try editor(TinyPortrait.networks()).process(&work) == 0)
    #expect(work.picture == TinyScene.picture)
  }

  /// Eyes add 0.25, lips 0.5, each by how far they are to open; the stitcher adds the target.
  @Test func retargetersMoveThePoints() throws {
    let retargeting = try PortraitRetargeting(networks: TinyPortrait.networks().networks())
    let openings = try PortraitOpenings(landmarks68: TinyScene.landmarks68.map { SIMD2<Double>($0) })
    let points = Array(repeating: Point3(1, 2, 3), count: 21)
    for (eyes, lips, moved) in [(0.0, 0.0, Float(0)), (-0.5, 0, 0.125), (0, 1, 0.5), (1, -0.5, 0.5)] {
      let edits = FaceEdits(eyeOpening: eyes, lipOpening: lips)
      let opened = try retargeting.opened(points, target: points, openings: openings, edits: edits)
      #expect(opened == Array(repeating: Point3(1 + moved, 2 + moved, 3 + moved), count: 21))
    }
    let stitched = try retargeting.stitched(points, target: Array(repeating: Point3(0.5, 0, 0), count: 21))
    #expect(stitched == Array(repeating: Point3(1.5, 2, 3), count: 21))
  }

  @Test func aRetargeterOfAnotherFormIsNamed() throws {
    var networks = TinyPortrait.networks()
    networks.models["live_portrait_eye_retargeter"] = .spread(
      inputs: [(name: "input", shape: [1, 65])], outputs: [(name: "output", shape: [1, 63], from: [1], values: [0])])
    let error = #expect(throws: ProcessorsError.self) { try editor(networks) }
    #expect(error?.code == .model)
    #expect(error?.message.contains("live_portrait_eye_retargeter") == true)
  }

  @Test func offsetsOfAnotherNumberAreNamed() throws {
    var networks = TinyPortrait.networks()
    networks.models["live_portrait_lip_retargeter"] = .spread(
      inputs: [(name: "input", shape: [1, 65])], outputs: [(name: "output", shape: [1, 60], from: [1], values: [0])])
    let editor = try editor(networks, FaceEdits(lipOpening: 1))
    var work = TinyScene.work()
    let error = #expect(throws: ProcessorsError.self) { try editor.process(&work) }
    #expect(error?.message.contains("live_portrait_lip_retargeter") == true)
  }
}

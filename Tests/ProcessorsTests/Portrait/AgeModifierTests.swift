import Faces
import Imaging
import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct AgeModifierTests {
  private static let styleganex = "styleganex_age"

  private func fran(direction: [Int] = [2], drawn: [Int] = [1, 3, 1024, 1024]) -> TinyNetworks {
    TinyNetworks(models: [
      "fran": .spread(
        inputs: [(name: "target", shape: [1, 3, 1024, 1024]), (name: "direction", shape: direction)],
        outputs: [(name: "output", shape: drawn, from: [1, 3, 1, 1], values: [0.25, 0.5, 2])])
    ])
  }

  private func wide(drawn: [Int] = [1, 3, 1536, 1536]) -> TinyNetworks {
    TinyNetworks(models: [
      Self.styleganex: .spread(
        inputs: [
          (name: "target", shape: [1, 3, 256, 256]), (name: "target_with_background", shape: [1, 3, 384, 384]),
          (name: "direction", shape: []),
        ], outputs: [(name: "output", shape: drawn, from: [1, 3, 1, 1], values: [0.5, 0, -1])])
    ])
  }

  private func modifier(_ networks: TinyNetworks, _ options: AgeModifierOptions = .init()) throws -> AgeModifier {
    try AgeModifier(networks: networks.networks(), options: options, masks: TinyScene.masks)
  }

  @Test func fransAgesAreSharesOfAHundred() {
    func ages(_ age: Range<Int>, _ direction: Double) -> [Float] {
      AgeModifierOptions(direction: direction).ages(of: age)
    }
    #expect(ages(20..<29, 30) == [0.24, 0.54])
    #expect(ages(70..<100, 50) == [0.845, 1])
    #expect(ages(0..<2, -10) == [0.005, 0])
    #expect(ages(5..<5, 0) == [0.05, 0.05])
  }

  @Test(arguments: [(-100.0, Float(2.5)), (-40, 1), (0, 0), (100, -2.5), (300, -2.5)])
  func theOthersShiftRunsTheOtherWay(direction: Double, shift: Float) {
    #expect(AgeModifierOptions(model: .styleganex, direction: direction).shift == shift)
  }

  @Test(arguments: [[2], [1, 2]])
  func franPastesUnroundedColours(direction: [Int]) throws {
    let modifier = try modifier(fran(direction: direction))
    let patch = try modifier.patch(TinyScene.picture, points: TinyScene.points, age: 20..<29)
    #expect((0..<3).map { patch.crop[500, 500, $0] } == [255, 127.5, 63.75])
    var work = TinyScene.work([TinyScene.face(age: 30..<39)])
    #expect(try modifier.process(&work) == 1)
    #expect((0..<3).map { work.picture[80, 66, $0] } == [255, 127, 63])
    #expect(work.changed?.count == 1)
  }

  @Test func franHasToKnowTheAge() throws {
    var work = TinyScene.work()
    let modifier = try modifier(fran())
    let error = #expect(throws: ProcessorsError.self) { try modifier.process(&work) }
    #expect(error?.hint?.contains(Self.styleganex) == true)
    #expect(ProcessorKind.ageModifier.needs(GivenOptions()).contains(.traits))
    #expect(!ProcessorKind.ageModifier.needs(GivenOptions(["age_modifier_model": [Self.styleganex]])).contains(.traits))
  }

  /// What is drawn is flat, so the frame's grey comes back with the colours; each of the three steps cuts to 8 bit.
  @Test func theWideCropTakesTheFramesColours() throws {
    let modifier = try modifier(wide(), AgeModifierOptions(model: .styleganex, direction: 40))
    let patch = try modifier.widePatch(TinyScene.picture, points: TinyScene.points)
    #expect(patch.crop.size == PixelSize(width: 1024, height: 1024))
    #expect(patch.mask.size == patch.crop.size)
    #expect(patch.crop.samples.allSatisfy { (97...100).contains($0) })
    var work = TinyScene.work()
    #expect(try modifier.process(&work) == 1)
    #expect(work.changed?.count == 1)
  }

  /// Both crops lie where their templates say: the nose of the face is the nose of the crop.
  @Test func theCropsFollowTheirTemplates() throws {
    let crops = try AgeModifier.wideCrops(TinyScene.picture, points: TinyScene.points)
    #expect(crops.narrow.side == 256 && crops.wide.side == 384)
    for (crop, template) in [(crops.narrow, WarpTemplate.ffhq512), (crops.wide, .styleganex384)] {
      let nose = crop.transform.apply(TinyScene.points[2])
      let wanted = template.points[2] * Float(crop.side)
      #expect(abs(nose.x - wanted.x) < 12 && abs(nose.y - wanted.y) < 12)
    }
  }

  @Test func networksOfAnotherFormAreNamed() throws {
    for (networks, model) in [
      (fran(drawn: [1, 3, 512, 512]), AgeModifierModel.fran), (fran(direction: [3]), .fran),
    ] {
      let error = #expect(throws: ProcessorsError.self) { try modifier(networks, .init(model: model)) }
      #expect(error?.code == .model)
      #expect(error?.message.contains("fran") == true)
    }
    let flat = try modifier(wide(drawn: [1, 1, 3, 64, 64]), .init(model: .styleganex))
    let error = #expect(throws: ProcessorsError.self) {
      try flat.widePatch(TinyScene.picture, points: TinyScene.points)
    }
    #expect(error?.code == .model)
    #expect(error?.message.contains(Self.styleganex) == true)
  }

  @Test func cropsOfAnotherSizeAreRefused() throws {
    let network = try AgeNetwork(.fran, session: fran().session("fran"))
    let error = #expect(throws: ProcessorsError.self) { try network.aged(TinyScene.picture, ages: [0, 1]) }
    #expect(error?.code == .shape)
    #expect(error?.message.contains("160x120") == true)
  }
}

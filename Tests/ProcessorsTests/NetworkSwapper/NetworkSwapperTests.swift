import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct NetworkSwapperTests {
  private static func swapper(
    _ name: String, boost: String? = nil, weight: Double = 0.5, gain: Float = 1, amount: Float = 0,
    masks: FaceMaskOptions = FaceMaskOptions(types: [.box]), identity: [Float] = TinySwappers.ramp
  ) throws -> any PictureProcessing {
    let model = SwapScene.model(name)
    let models = TinySwappers(model, swapper: .swapper(model, gain: gain, amount: amount), identity: identity)
    let source = SourcePicture(
      name: "source.png", picture: PixelBuffer8(size: PixelSize(width: 300, height: 300), channels: 3, repeating: 90),
      face: SwapScene.face(model, x: 20, y: 20, side: 256, embedding: [Float](repeating: 1, count: 512)))
    return try NetworkSwapperPlan(
      model: model, boost: boost, weight: weight, sources: [source], masks: masks, networks: models.networks
    ).makeWorker()
  }

  private static func work(_ picture: PixelBuffer8, _ faces: [Face]) -> PictureWork {
    PictureWork(picture: picture, target: picture, faces: faces, chosen: faces)
  }

  /// The crop lies on whole pixels and the network paints it white, so that only the mask decides.
  @Test(arguments: ["inswapper_128", "hyperswap_1a_256", "blendswap_256", "simswap_256"])
  func theMaskedCropIsPutBackWhereItCameFrom(name: String) throws {
    let model = SwapScene.model(name)
    let side = model.side
    let picture = SwapScene.picture(width: side + 60, height: side + 50)
    // What the sources say does not count; the target's levels are pushed over the top.
    let worker = try Self.swapper(name, gain: 0, amount: model.family.isDenormalized ? 1000 : 0)
    var work = Self.work(picture, [SwapScene.face(model, x: 30, y: 20, side: Float(side))])
    #expect(try worker.process(&work) == 1)
    #expect(work.changed == [PixelRectangle(x1: 30, y1: 20, x2: 30 + side, y2: 20 + side)])
    let level = model.family.isDenormalized ? 255.0 : 0
    let mask = boxMask(size: side, blur: 0.3)
    var largest = 0.0
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let inside = x >= 30 && y >= 20 && x < 30 + side && y < 20 + side
        let share = inside ? Double(mask[x - 30, y - 20]) : 0
        for channel in 0..<3 {
          let expected = Double(picture[x, y, channel]) * (1 - share) + level * share
          largest = max(largest, abs(Double(work.picture[x, y, channel]) - expected))
        }
      }
    }
    #expect(largest < 1.1, "cut to whole levels")
    #expect(work.target == picture)
  }

  @Test func facesAreSwappedOneAfterTheOther() throws {
    let model = SwapScene.model("inswapper_128")
    let picture = SwapScene.picture(width: 400, height: 180)
    let faces = [
      SwapScene.face(model, x: 10, y: 20, side: 128), SwapScene.face(model, x: 100, y: 30, side: 128),
      SwapScene.face(model, x: 5000, y: 30, side: 128),
    ]
    let worker = try Self.swapper("inswapper_128", gain: 0.5)
    var both = Self.work(picture, faces)
    #expect(try worker.process(&both) == 2)
    var first = Self.work(picture, [faces[0]])
    #expect(try worker.process(&first) == 1)
    var second = Self.work(first.picture, [faces[1]])
    #expect(try worker.process(&second) == 1)
    #expect(both.picture == second.picture)
    #expect(both.changed?.count == 2)
    for stage in [Stage.swapCrop, .swapNetwork, .swapMask, .swapPaste] {
      #expect((worker.timings.stages[stage]?.count ?? 0) > 0)
    }
    #expect(worker.timings.stages[.swapIdentity] == nil)
  }

  @Test(arguments: ["inswapper_128", "ghost_3_256"])
  func aFaceBesideTheFrameLeavesItAlone(name: String) throws {
    let model = SwapScene.model(name)
    let picture = SwapScene.picture(width: 90, height: 70)
    let worker = try Self.swapper(name, gain: 0)
    for place in [Point(500, 10), Point(10, -900), Point(-400, -400)] {
      var work = Self.work(picture, [SwapScene.face(model, x: place.x, y: place.y, side: 60)])
      #expect(try worker.process(&work) == 0)
      #expect(work.picture == picture)
      #expect(work.changed?.isEmpty == true)
    }
  }

  @Test func aFaceWithoutPointsIsANamedError() throws {
    var face = SwapScene.face(SwapScene.model("inswapper_128"), x: 0, y: 0, side: 60)
    face.landmarks5From68 = []
    let worker = try Self.swapper("inswapper_128")
    var work = Self.work(SwapScene.picture(width: 90, height: 70), [face])
    let error = try #require(throws: ProcessorsError.self) { try worker.process(&work) }
    #expect(error.code == .shape)
  }

  @Test func facesFollowTheWorkingPicturesSize() throws {
    let model = SwapScene.model("inswapper_128")
    let target = SwapScene.picture(width: 100, height: 80)
    let large = SwapScene.picture(width: 200, height: 160)
    let face = SwapScene.face(model, x: 10, y: 8, side: 64)
    var work = PictureWork(picture: large, target: target, faces: [face], chosen: [face])
    _ = try Self.swapper("inswapper_128", gain: 0).process(&work)
    #expect(work.changed == [PixelRectangle(x1: 20, y1: 16, x2: 148, y2: 144)])
  }

  /// With a weight of 0 the network is told 0.65 · source + 0.35 · target; the first three numbers become the colour.
  @Test func theTargetsIdentityCountsByTheWeight() throws {
    let model = SwapScene.model("ghost_1_256")
    let picture = SwapScene.picture(width: 280, height: 280)
    func level(weight: Double, embedding: [Float]?) throws -> Double {
      // ghost: the converter doubles the source's ones; levels are (v · ½ + ½) · 255.
      let worker = try Self.swapper(
        "ghost_1_256", weight: weight, gain: 0, amount: 0.25, masks: FaceMaskOptions(types: []),
        identity: [Float](repeating: -2, count: 512))
      var work = Self.work(picture, [SwapScene.face(model, x: 8, y: 8, side: 256, embedding: embedding)])
      _ = try worker.process(&work)
      #expect((worker.timings.stages[.swapIdentity] != nil) == (weight != 0.5))
      return Double(work.picture[130, 130, 1])
    }
    func expected(_ number: Double) -> Double { (0.25 * number * 0.5 + 0.5) * 255 }
    let known = [Float](repeating: 1, count: 512)
    #expect(try abs(level(weight: 0, embedding: known) - expected(0.65 * 2 + 0.35)) <= 1)
    #expect(try abs(level(weight: 1, embedding: known) - expected(1.35 * 2 - 0.35)) <= 1)
    #expect(try abs(level(weight: 0.5, embedding: known) - expected(2)) <= 1)
    // A face without ArcFace's numbers is shown to the recogniser, which here always says −2.
    let open = [Float](repeating: 1, count: 128)
    #expect(try abs(level(weight: 0, embedding: open) - expected(0.65 * 2 - 0.35 * 2)) <= 1)
    #expect(try abs(level(weight: 0, embedding: nil) - expected(0.65 * 2 - 0.35 * 2)) <= 1)
  }

  @Test func theAreaMaskLooksAtTheLandmarks() throws {
    let model = SwapScene.model("inswapper_128")
    let picture = SwapScene.picture(width: 170, height: 170)
    var face = SwapScene.face(model, x: 20, y: 20, side: 128)
    // All 68 points on a ring about the middle of the crop.
    face.landmarks68 = (0..<68).map { Point($0 % 2 == 0 ? 60 : 108, $0 % 4 < 2 ? 64 : 104) }
    var work = Self.work(picture, [face])
    let worker = try Self.swapper("inswapper_128", gain: 0, masks: FaceMaskOptions(types: [.area]))
    _ = try worker.process(&work)
    #expect(work.picture[84, 84, 0] == 0)
    #expect(work.picture[30, 84, 1] == picture[30, 84, 1])
    #expect(work.picture[84, 130, 2] == picture[84, 130, 2])
  }
}

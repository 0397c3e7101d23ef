import CUDATestSupport
import DeviceImaging
import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Published swappers on a card: the same picture as on the processor, within one level.
@Suite struct DeviceNetworkSwapperTests {
  private static func plan(
    _ model: NetworkSwapperModel, _ networks: FaceNetworks, boost: String? = nil, weight: Double = 0.5,
    masks: FaceMaskOptions = FaceMaskOptions(types: [.box])
  ) throws -> NetworkSwapperPlan {
    let source = SourcePicture(
      name: "source.png", picture: SwapScene.picture(width: 300, height: 300, seed: 77),
      face: SwapScene.face(model, x: 20, y: 20, side: 256, embedding: TinySwappers.ramp))
    return try NetworkSwapperPlan(
      model: model, boost: boost, weight: weight, sources: [source], masks: masks, networks: networks)
  }

  /// Two that overlap, one over the edge, one beside the picture, one small.
  private static func faces(_ model: NetworkSwapperModel) -> [Face] {
    let places: [(Float, Float, Float)] = [
      (20, 24, 110), (70.5, 40.25, 130), (-40, 90, 120), (900, 10, 90), (180, 8, 40),
    ]
    return places.map { SwapScene.face(model, x: $0.0, y: $0.1, side: $0.2) }
  }

  private func compare(
    _ name: String, boost: String? = nil, masks: FaceMaskOptions = FaceMaskOptions(types: [.box]),
    more: [ModelID: [UInt8]] = [:]
  ) throws -> (largest: Int, share: Double, changed: Int) {
    let model = SwapScene.model(name)
    var models = TinySwappers(model, swapper: .swapper(model, gain: 0.8, amount: 0.05))
    models.files.merge(more) { _, new in new }
    let bench = try PictureBench(models)
    let host = try Self.plan(model, bench.onHost, boost: boost, masks: masks).makeWorker()
    let device = try bench.worker(Self.plan(model, bench.onCard, boost: boost, masks: masks))
    let result = try bench.compare(host, device, SwapScene.picture(width: 260, height: 200), Self.faces(model))
    #expect(bench.cards.statistics[name]?.requests == 4 * (boost == nil ? 1 : 4))
    return result
  }

  @Test(arguments: ["inswapper_128", "ghost_1_256", "hyperswap_1a_256", "simswap_256", "blendswap_256"])
  func allFamiliesPaintTheSame(_ name: String) throws {
    let result = try compare(name)
    // A number that lies between two levels falls to either side.
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(result.changed > 20_000)
  }

  @Test func interleavedPicturesAreOneCrop() throws {
    let result = try compare("inswapper_128", boost: "256x256")
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(result.changed > 20_000)
  }

  /// How bright the picture is, as an occluder's answer.
  private static func occluder(_ side: Int, isPlanar: Bool) -> TinyModel {
    var model = TinyModel(name: "occluder")
    let side = TinyModel.Dimension.fixed(side)
    model.input("input", isPlanar ? [1, 3, side, side] : [1, side, side, 3])
    model.initializer("gain", shape: [1], floats: [1.6])
    model.node("ReduceMean", ["input"], ["light"], [("axes", .ints([isPlanar ? 1 : 3])), ("keepdims", .int(1))])
    model.node("Mul", ["light", "gain"], ["mask"])
    model.output("mask", isPlanar ? [1, 1, side, side] : [1, side, side, 1])
    return model
  }

  @Test(arguments: [FaceOccluderModel.likeness, .xseg1, .many])
  func occlusionIsSeenOnTheCard(_ occluder: FaceOccluderModel) throws {
    let isPlanar = occluder == .likeness
    let bytes = Self.occluder(isPlanar ? 128 : 256, isPlanar: isPlanar).bytes
    let more = Dictionary(uniqueKeysWithValues: occluder.modelIDs.map { ($0, bytes) })
    let masks = FaceMaskOptions(types: [.box, .occlusion], occluderModel: occluder)
    let result = try compare("inswapper_128", masks: masks, more: more)
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(result.changed > 5_000)
  }

  @Test func areasAndNoMaskAtAll() throws {
    for types in [[.area, .box], [], [.area]] as [Set<FaceMaskType>] {
      let result = try compare("inswapper_128", masks: FaceMaskOptions(types: types))
      #expect(result.largest <= 1 && result.share < 0.01, "\(types): \(result)")
    }
  }

  @Test(arguments: [[Float]?.some(TinySwappers.ramp.reversed()), nil])
  func theTargetsIdentityIsMixedIn(_ known: [Float]?) throws {
    let model = SwapScene.model("ghost_1_256")
    let bench = try PictureBench(TinySwappers(model, swapper: .swapper(model, gain: 0.5, amount: 0.1)))
    let host = try Self.plan(model, bench.onHost, weight: 0.1).makeWorker()
    let device = try bench.worker(Self.plan(model, bench.onCard, weight: 0.1))
    let faces = [SwapScene.face(model, x: 10, y: 10, side: 150, embedding: known)]
    let result = try bench.compare(host, device, SwapScene.picture(width: 180, height: 170), faces)
    #expect(result.largest <= 1, "\(result)")
    #expect((bench.cards.statistics[ArcFaceRecognizer.modelID.rawValue]?.requests ?? 0) == (known == nil ? 1 : 0))
  }

  /// The picture and what the network knows of the source stay on the card.
  @Test func nothingOfTheFaceComesDown() throws {
    let model = SwapScene.model("inswapper_128")
    let bench = try PictureBench(TinySwappers(model, swapper: .swapper(model, gain: 0.8)))
    let device = try bench.worker(Self.plan(model, bench.onCard))
    let picture = SwapScene.picture(width: 260, height: 200)
    var first = try bench.work(picture, Self.faces(model))
    _ = try device.process(onCard: &first)
    var second = try bench.work(picture, Self.faces(model))
    let before = bench.machine.counts
    _ = try device.process(onCard: &second)
    #expect(bench.machine.counts.uploads == before.uploads)
    #expect(bench.machine.counts.downloads == before.downloads)
    #expect(try first.picture.pixels(bench.card.stream) == second.picture.pixels(bench.card.stream))
    #expect(device.timings.stages[.swapPaste]?.count == 8)
  }

  /// The parser calls a pixel by its strongest colour: red is no region.
  @Test(arguments: ["inswapper_128", "hyperswap_1a_256"])
  func regionsAreSeenOnTheCard(_ name: String) throws {
    var parser = TinyModel(name: "parser")
    parser.input("input", [1, 3, 512, 512])
    parser.node("Identity", ["input"], ["scores"])
    parser.output("scores", [1, 3, 512, 512])
    let masks = FaceMaskOptions(types: [.box, .region])
    let result = try compare(name, masks: masks, more: [FaceParserModel.bisenetResnet34.modelID: parser.bytes])
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(result.changed > 5_000)
  }

  @Test func whatIsNotThereIsMissedAtOnce() throws {
    let model = SwapScene.model("inswapper_128")
    let bench = try PictureBench(TinySwappers(model, swapper: .swapper(model)))
    let plan = try Self.plan(model, bench.onCard, masks: FaceMaskOptions(types: [.region]))
    let worker = try #require(try plan.makeWorker() as? any DevicePictureProcessing)
    #expect(throws: ModelStoreError.self) { try worker.use(bench.card) }
  }

  @Test func aNetworkOfAnotherFormIsRefused() throws {
    let model = SwapScene.model("inswapper_128")
    let other = SwapScene.model("simswap_unofficial_512")
    let bench = try PictureBench(TinySwappers(model, swapper: .swapper(other)))
    let plan = try Self.plan(model, bench.onCard)
    let worker = try #require(try plan.makeWorker() as? any DevicePictureProcessing)
    // The card has no place for it, and the host says why.
    let error = #expect(throws: ProcessorsError.self) { try worker.use(bench.card) }
    #expect(error?.code == .model)
  }

  @Test func aFaceWithoutPointsIsANamedError() throws {
    let model = SwapScene.model("inswapper_128")
    let bench = try PictureBench(TinySwappers(model, swapper: .swapper(model)))
    let device = try bench.worker(Self.plan(model, bench.onCard))
    var face = SwapScene.face(model, x: 0, y: 0, side: 60)
    face.landmarks5From68 = []
    var work = try bench.work(SwapScene.picture(width: 90, height: 70), [face])
    let error = #expect(throws: ProcessorsError.self) { try device.process(onCard: &work) }
    #expect(error?.code == .shape)
  }
}

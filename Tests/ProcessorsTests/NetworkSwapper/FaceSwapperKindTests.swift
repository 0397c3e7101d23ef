import Faces
import Imaging
import Testing

@testable import Processors

/// Which swapper the options of `face_swapper` choose, and what it asks of the run.
@Suite struct FaceSwapperKindTests {
  private struct Options: OptionReading {
    var values: [String: [String]] = [:]
    func strings(_ key: String) -> [String] { values[key] ?? [] }

    init(_ model: String? = nil, boost: String? = nil, weight: String? = nil) {
      values["face_mask_types"] = ["box"]
      values["face_swapper_model"] = model.map { [$0] }
      values["face_swapper_pixel_boost"] = boost.map { [$0] }
      values["face_swapper_weight"] = weight.map { [$0] }
    }
  }

  private struct Sources: SourceProviding {
    let face: Face
    func meshSources() throws -> SourceSet { throw ProcessorsError(.source, "mesh sources were asked for") }
    func pictures() throws -> [SourcePicture] {
      [SourcePicture(name: "a", picture: SwapScene.picture(width: 70, height: 70), face: face)]
    }
  }

  private static func plan(_ options: Options) throws -> ProcessorPlan {
    let model = SwapScene.model("hyperswap_1a_256")
    let face = SwapScene.face(model, x: 2, y: 2, side: 60, embedding: TinySwappers.ramp)
    return try ProcessorKind.faceSwapper.makePlan(
      ProcessorContext(options: options, networks: TinySwappers(model).networks, sources: Sources(face: face)))
  }

  @Test func needsFollowTheModelAndTheWeight() {
    let needs = ProcessorKind.faceSwapper.needs
    #expect(needs(Options()) == [.sources, .faces, .mesh, .card])
    #expect(needs(Options("likeness_mesh", weight: "0.1")) == [.sources, .faces, .mesh, .card])
    #expect(needs(Options("inswapper_128")) == [.sources, .faces, .card])
    #expect(needs(Options("inswapper_128", weight: "0.5")) == [.sources, .faces, .card])
    #expect(needs(Options("inswapper_128", weight: "0.45")) == [.sources, .faces, .arcFace, .card])
    #expect(needs(Options("uniface_256", weight: "0.45")) == [.sources, .faces, .card])
  }

  @Test func aPublishedModelGivesAPictureProcessor() throws {
    guard case .picture(let plan) = try Self.plan(Options("hyperswap_1a_256", boost: "512x512")) else {
      Issue.record("not a picture processor")
      return
    }
    #expect(plan.name == "face_swapper")
    #expect(plan.scale == 1 && !plan.worksWithoutFaces)
    _ = try plan.makeWorker()
  }

  @Test func ourOwnTakesTheMeshAndIgnoresTheBoost() throws {
    let error = try #require(throws: ProcessorsError.self) {
      try Self.plan(Options("likeness_mesh", boost: "384x384"))
    }
    #expect(error.message == "mesh sources were asked for")
  }

  @Test func aBoostOfAnotherModelIsRefusedBeforeTheRun() throws {
    let error = try #require(throws: ProcessorsError.self) {
      try Self.plan(Options("hyperswap_1a_256", boost: "128x128"))
    }
    #expect(error.code == .option)
    #expect(error.hint?.contains("256x256, 512x512, 768x768, 1024x1024") == true)
  }

  @Test func theOptionsNameEveryModelAndBoost() throws {
    let options = ProcessorKind.faceSwapper.options
    let model = try #require(options.first { $0.name == "face-swapper-model" })
    #expect(model.defaultValue == "likeness_mesh")
    for known in NetworkSwapperModel.all { #expect(model.firstBadValue(in: [known.name]) == nil) }
    #expect(model.firstBadValue(in: ["inswapper_64"]) == "inswapper_64")
    let boost = try #require(options.first { $0.name == "face-swapper-pixel-boost" })
    #expect(boost.defaultValue == nil)
    #expect(boost.firstBadValue(in: ["384x384"]) == nil)
    #expect(boost.firstBadValue(in: ["100x100"]) == "100x100")
  }
}

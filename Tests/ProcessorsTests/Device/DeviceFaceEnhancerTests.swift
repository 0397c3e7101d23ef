import DeviceImaging
import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Face restoring networks on a card: the same picture as on the processor, within one level.
@Suite struct DeviceFaceEnhancerTests {
  private struct Shelf: ModelLoading {
    let files: [ModelID: [UInt8]]

    func load(_ id: ModelID) throws -> [UInt8] {
      guard let file = files[id] else { throw ModelStoreError(.modelMissing, "No model \(id.rawValue).") }
      return file
    }
  }

  private static let points = [Point(60, 55), Point(95, 52), Point(78, 72), Point(64, 92), Point(94, 90)]

  private static func face(_ shift: Point, size: Float = 1) -> Face {
    let points = points.map { $0 * size + shift }
    return Face(
      box: Box(around: points), detectorScore: 1, landmarkerScore: 1, landmarks5: points, landmarks5From68: points,
      landmarks68: [], landmarks68From5: [], angle: 0)
  }

  private static let faces = [
    face(Point(0, 0)), face(Point(30, 20)), face(Point(-70, 60)), face(Point(900, 900)),
    face(Point(100, -30), size: 0.4),
  ]

  private func bench(_ model: FaceEnhancerModel, _ tiny: TinyModel, _ more: [ModelID: [UInt8]] = [:]) throws
    -> PictureBench
  {
    try PictureBench(Shelf(files: [model.id: tiny.bytes].merging(more) { _, new in new }))
  }

  @Test(arguments: [(100, 0.3), (80, 0.3), (35, 0.0), (0, 0.3)])
  func theSamePictureComesOut(_ blend: Int, _ blur: Double) throws {
    let model = FaceEnhancerModel.gpenBfr256
    let bench = try bench(model, EnhancerModels.face(side: 256, factor: 0.9, shift: 0.2))
    let options = FaceEnhancerOptions(model: model, blend: blend, masks: FaceMaskOptions(types: [.box], blur: blur))
    let host = try FaceEnhancer(options: options, networks: bench.onHost).makeWorker()
    let device = try bench.worker(FaceEnhancer(options: options, networks: bench.onCard))
    let picture = SwapScene.picture(width: 220, height: 180)
    let result = try bench.compare(host, device, picture, Self.faces)
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(blend == 0 ? result.changed == 0 : result.changed > 10_000)
    #expect(bench.cards.statistics[model.rawValue]?.requests == (blend == 0 ? 0 : 4))
  }

  @Test func theWeightIsHeard() throws {
    let model = FaceEnhancerModel.codeformer
    let bench = try bench(model, EnhancerModels.face(side: 512, factor: 0.5, shift: -0.3, takesWeight: true))
    let options = FaceEnhancerOptions(model: model, blend: 80, weight: 0.7, masks: FaceMaskOptions(types: [.box]))
    let host = try FaceEnhancer(options: options, networks: bench.onHost).makeWorker()
    let device = try bench.worker(FaceEnhancer(options: options, networks: bench.onCard))
    let result = try bench.compare(host, device, SwapScene.picture(width: 200, height: 160), [Self.faces[0]])
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(result.changed > 10_000)
  }

  @Test func whatCoversTheFaceIsKept() throws {
    var occluder = TinyModel(name: "occluder")
    occluder.input("input", [1, 3, 128, 128])
    occluder.node("ReduceMean", ["input"], ["visible"], [("axes", .ints([1])), ("keepdims", .int(1))])
    occluder.output("visible", [1, 1, 128, 128])
    let model = FaceEnhancerModel.gpenBfr256
    let bench = try bench(
      model, EnhancerModels.face(side: 256, factor: 0.9, shift: 0.2), [.likenessOccluder: occluder.bytes])
    let options = FaceEnhancerOptions(model: model, masks: FaceMaskOptions(types: [.box, .occlusion, .region]))
    let host = try FaceEnhancer(options: options, networks: bench.onHost).makeWorker()
    let device = try bench.worker(FaceEnhancer(options: options, networks: bench.onCard))
    let result = try bench.compare(host, device, SwapScene.picture(width: 220, height: 180), Self.faces)
    #expect(result.largest <= 1 && result.share < 0.01, "\(result)")
    #expect(bench.cards.statistics[ModelID.likenessOccluder.rawValue]?.requests == 4)
  }

  @Test func theUpscalerStaysOnTheHost() throws {
    let model = FaceEnhancerModel.realesrganX4plus
    let bench = try bench(model, EnhancerModels.repeating(edge: 168, scale: 4))
    let plan = try FaceEnhancer(
      options: FaceEnhancerOptions(model: model, masks: FaceMaskOptions(types: [.box])), networks: bench.onCard)
    let worker = try #require(try plan.makeWorker() as? any DevicePictureProcessing)
    #expect(try !worker.use(bench.card))
  }
}

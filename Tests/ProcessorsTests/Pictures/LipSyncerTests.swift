import Faces
import Foundation
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

@Suite struct LipSyncerTests {
  private struct NoModels: ModelLoading {
    func load(_ id: ModelID) throws -> [UInt8] { [] }
  }

  /// Paints one colour: planes of the model's order.
  private static func syncer(
    _ model: LipSyncerModel, color: [Float], side: Int? = nil, weight: Double = 0.5
  ) throws -> LipSyncer {
    let edge = side ?? model.side
    var tiny = TinyModel()
    tiny.input("target", [1, model.paintsWholeFace ? 3 : 6, .fixed(edge), .fixed(edge)])
    tiny.input("source", [1, 1, 80, 16])
    if model.paintsWholeFace { tiny.input("weight", [1]) }
    tiny.initializer(
      "colour", shape: [1, 3, edge, edge], floats: color.flatMap { Array(repeating: $0, count: edge * edge) })
    tiny.node("Identity", ["colour"], ["lips"])
    tiny.output("lips", [1, 3, .fixed(edge), .fixed(edge)])
    let runtime = try OnnxRuntime.open()
    let session = try InferenceSession(
      runtime: runtime, bytes: tiny.bytes, name: "lips", options: SessionOptions(providers: .list([.cpu])))
    let masker = try FaceMasker(
      networks: FaceNetworks(runtime: runtime, models: NoModels()), options: FaceMaskOptions(types: [.box]))
    return try LipSyncer(session: session, model: model, weight: weight, masker: masker)
  }

  /// 68 points on circles around the middle of a crop of 512.
  private static let points = (0..<68).map { index -> Point in
    let angle = Float(index) * 2 * .pi / 17
    let radius: Float = index < 17 ? 120 : 60
    return Point(256 + radius * sin(angle), 256 + radius * cos(angle))
  }

  private static let crop = SyntheticFrame.picture(.gradient, size: PixelSize(width: 512, height: 512))
  private static let silence = Array(repeating: 0.0, count: 1280)

  @Test(arguments: [(0, -4), (1e-5, -4), (1e-3, -1.6), (1, 3.2), (100, 4)] as [(Double, Float)])
  func loudnessIsLogarithmic(loudness: Double, level: Float) {
    #expect(abs(LipSyncerModel.edtalk.source(of: [loudness], weight: 0.1)[0] - level) < 1e-6)
    #expect(abs(LipSyncerModel.wav2lip.source(of: [loudness], weight: 0.25)[0] - level / 2) < 1e-6)
  }

  @Test func wav2lipSeesTheFaceTwiceAndPaintsBlueFirst() throws {
    let result = try Self.syncer(.wav2lipGAN, color: [1, 0.5, -3]).talk(
      Self.crop, landmarks68: Self.points, window: Self.silence)
    #expect(result.painted.size == PixelSize(width: 96, height: 96))
    #expect(Array(result.painted.samples.prefix(3)) == [255, 127, 0])
    #expect(Array(result.crop.samples.suffix(3)) == [255, 127, 0])
    let count = 96 * 96
    for plane in 0..<3 {
      let hidden = result.target[plane * count..<(plane + 1) * count]
      let whole = result.target[(plane + 3) * count..<(plane + 4) * count]
      #expect(hidden.prefix(count / 2) == whole.prefix(count / 2))
      #expect(hidden.suffix(count / 2).allSatisfy { $0 == 0 })
    }
    #expect(result.source == Array(repeating: -4, count: 1280))
    #expect(result.mask[0, 0] == 0)
  }

  @Test func edtalkPaintsTheWholeCropRedFirst() throws {
    let result = try Self.syncer(.edtalk, color: [1, 0.5, 0]).talk(
      Self.crop, landmarks68: Self.points, window: Self.silence)
    #expect(result.crop.size == Self.crop.size && result.painted == result.crop)
    #expect(Array(result.crop.samples.prefix(3)) == [0, 127, 255])
    #expect(result.mask[256, 256] > 0.99 && result.mask[0, 0] < 0.1)
    // The crop halved: the mean of four, blue last.
    let four = [Self.crop[0, 0, 0], Self.crop[1, 0, 0], Self.crop[0, 1, 0], Self.crop[1, 1, 0]].map { Int($0) }
    #expect(result.target[2 * 256 * 256] == Float((four.reduce(0, +) + 2) / 4) / 255)
  }

  @Test func wrongWindowsAndPointsAreErrors() throws {
    let syncer = try Self.syncer(.wav2lip, color: [0, 0, 0])
    for (points, window) in [
      (Self.points, [1.0]), ([Point(1, 1)], Self.silence),
      (Array(repeating: Point(.nan, 0), count: 68), Self.silence),
    ] {
      let error = try #require(throws: ProcessorsError.self) {
        try syncer.talk(Self.crop, landmarks68: points, window: window)
      }
      #expect(error.code == .shape)
    }
  }

  @Test(arguments: LipSyncerModel.allCases)
  func otherModelsAreRefused(model: LipSyncerModel) throws {
    let error = try #require(throws: ProcessorsError.self) { try Self.syncer(model, color: [0, 0, 0], side: 64) }
    #expect(error.code == .model && error.message.contains("lips"))
  }
}

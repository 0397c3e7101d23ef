import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Faces

@Suite struct ContentAnalysisTests {
  /// Fitted into the middle of black, R, G, B, normalised; all by plain arithmetic. The picture fits without scaling in
  /// one direction, so only places are computed here.
  @Test(arguments: ContentModel.allCases)
  func preparation(model: ContentModel) {
    let side = model.size.width
    let frame = SyntheticFrame.picture(.noise(seed: 6), size: PixelSize(width: side, height: side - 11))
    let tensor = model.tensor(of: frame)
    #expect(tensor.count == 3 * side * side)
    let (mean, deviation) = model.normalization
    for plane in 0..<3 {
      for y in stride(from: 0, to: side, by: 7) {
        for x in stride(from: 0, to: side, by: 5) {
          let row = y - 5
          let inside = row >= 0 && row < frame.height
          let value = inside ? Float(frame[x, row, 2 - plane]) / 255 : 0
          #expect(abs(tensor[(plane * side + y) * side + x] - (value - mean[plane]) / deviation[plane]) < 1e-4)
        }
      }
    }
  }

  @Test func measures() {
    let detector: [Float] = [900, 900, 900, 900, 900, 900, 900, 900, 0.1, 0.3, 0.2, 0]
    #expect(ContentModel.nsfw1.measure(output: detector, shape: [1, 6, 2]) == 0.3)
    #expect(ContentModel.nsfw2.measure(output: [2, 1.5], shape: [1, 2]) == 0.5)
    #expect(ContentModel.nsfw3.measure(output: [1, 2, 3, 5], shape: [1, 4]) == 5)
  }

  @Test(
    arguments: [
      (.nsfw1, [1, 2, 3, 4], [1, 4, 1]), (.nsfw1, [1], [1]), (.nsfw1, [], [1, 9, 0]), (.nsfw2, [1], [1, 1]),
      (.nsfw2, [1, .nan], [1, 2]), (.nsfw3, [1, 2, 3], [1, 3]), (.nsfw3, [1, 2, 3, .infinity], [4]),
      (.nsfw2, [1, 2], [3]),
    ] as [(ContentModel, [Float], [Int])])
  func otherOutputsHaveNoMeasure(model: ContentModel, output: [Float], shape: [Int]) {
    #expect(model.measure(output: output, shape: shape) == nil)
  }

  @Test func theLimitItselfDoesNotFlag() {
    for (model, limit) in [(ContentModel.nsfw1, Float(0.2)), (.nsfw2, 0.25), (.nsfw3, 10.5)] {
      #expect(!model.flags(limit))
      #expect(model.flags(limit.nextUp))
    }
    #expect(!ContentVerdict(flags: [true, false, false]).isFlagged)
    #expect(ContentVerdict(flags: [true, false, true]).isFlagged)
  }

  @Test func framesOfAVideo() {
    #expect(ContentSampling.frames(in: 0..<100, fps: 29.97) == [0, 29, 58, 87])
    #expect(ContentSampling.frames(in: 30..<59, fps: 29.97) == [58])
    #expect(ContentSampling.frames(in: 58..<88, fps: 29.97) == [58, 87])
    #expect(ContentSampling.frames(in: 3..<6, fps: 0.5) == [3, 4, 5])
    #expect(ContentSampling.frames(in: 2..<4, fps: .nan) == [2, 3])
    #expect(ContentSampling.frames(in: 5..<5, fps: 25).isEmpty)
    #expect(!ContentSampling.isFlagged(flagged: 1, of: 10))
    #expect(ContentSampling.isFlagged(flagged: 2, of: 19))
    #expect(!ContentSampling.isFlagged(flagged: 0, of: 0))
  }

  private struct Shelf: ModelLoading {
    let models: [ModelID: TinyModel]
    func load(_ id: ModelID) throws -> [UInt8] { models[id]?.bytes ?? [] }
  }

  private func analyser(_ outputs: [[Float]], _ shapes: [[Int]]) throws -> ContentAnalyser {
    var models: [ModelID: TinyModel] = [:]
    for (index, model) in ContentModel.allCases.enumerated() {
      models[model.modelID] = .constant(
        input: ("input", [1, 3, .fixed(model.size.height), .fixed(model.size.width)]),
        outputs: [("output", shapes[index], outputs[index])])
    }
    return try ContentAnalyser(
      networks: FaceNetworks(
        runtime: OnnxRuntime.open(), models: Shelf(models: models),
        session: SessionOptions(providers: .list([.cpu]))))
  }

  private let frame = SyntheticFrame.picture(.gradient, size: PixelSize(width: 30, height: 20))

  @Test func networksAreAsked() throws {
    let answers = try analyser([[0, 0, 0, 0, 0.5], [1, 0], [0, 0, 1, 1]], [[1, 5, 1], [1, 2], [1, 4]])
      .answers(for: frame)
    #expect(answers.map(\.measure) == [0.5, 1, 2])
    #expect(ContentAnalyser.verdict(on: answers) == ContentVerdict(flags: [true, true, false]))
  }

  @Test func aWrongShapeIsNamed() throws {
    let analyser = try analyser([[0, 0, 0, 0, 0.5], [1, 0, 7], [0, 0, 1, 1]], [[1, 5, 1], [1, 3], [1, 4]])
    #expect(
      throwsFacesError(.unexpectedModel, naming: ["nsfw_2", "[1, 3]"]) { _ = try analyser.answers(for: frame) })
  }
}

import Inference
import TestSupport
import Testing

/// Published networks with random weights.
@Suite struct FullModelTests {
  private func convolution(_ inputs: Int, _ outputs: Int, _ side: Int) -> Int {
    inputs * outputs * side * side + outputs
  }

  @Test func theSwapperHas138MillionWeightsAnd349GFLOP() {
    let builder = FullModel.inswapper.builder()
    // Six blocks of two convolutions and two layers of style; the way down and up; the matrix of identities.
    let blocks = 12 * (convolution(1024, 1024, 3) + 512 * 2048 + 2048)
    let down = convolution(3, 128, 7) + convolution(128, 256, 3) + convolution(256, 512, 3) + convolution(512, 1024, 3)
    let up = convolution(1024, 512, 3) + convolution(512, 256, 3) + convolution(256, 128, 3) + convolution(128, 3, 7)
    #expect(builder.weightCount == blocks + down + up + 512 * 512)
    #expect(builder.weightCount == 138_554_883)
    let (full, half, quarter) = (128 * 128, 64 * 64, 32 * 32)
    let ends = full * (3 * 128 * 49) * 2
    let ways =
      full * 9 * (128 * 256) + half * 9 * (256 * 512) + quarter * 9 * (512 * 1024) + half * 9 * (1024 * 512)
      + full * 9 * (512 * 256) + full * 9 * (256 * 128)
    let middle = 12 * (quarter * 9 * 1024 * 1024 + 512 * 2048)
    #expect(builder.multiplyAdds == ends + ways + middle)
    #expect((349.0..<349.2).contains(Double(2 * builder.multiplyAdds) / 1e9))
  }

  @Test func theRecogniserHas44MillionWeights() {
    var weights = convolution(3, 64, 3) + 64
    var inputs = 64
    for (channels, blocks) in [(64, 3), (128, 4), (256, 14), (512, 3)] {
      for number in 0..<blocks {
        weights += 4 * inputs + convolution(inputs, channels, 3) + channels + convolution(channels, channels, 3)
        if number == 0 { weights += convolution(inputs, channels, 1) }
        inputs = channels
      }
    }
    weights += 4 * 512 + (512 * 7 * 7 * 512 + 512) + 4 * 512
    let builder = FullModel.arcFace.builder()
    #expect(builder.weightCount == weights)
    #expect(weights == 43_590_976)
    #expect((12.5..<12.7).contains(Double(2 * builder.multiplyAdds) / 1e9))
  }

  @Test(arguments: [
    // Millions of weights, GFLOP: what is published of FAN-4, YOLOv8n with five points, and GFPGAN v1 (clean).
    (FullModel.twoDFan4, 23.7..<24.0, 48.0..<52.0), (.yoloFace, 3.0..<3.2, 8.0..<8.6),
    (.gfpgan, 84.9..<85.2, 390.0..<400.0),
  ])
  func othersCostWhatTheirDesignsCost(model: FullModel, weights: Range<Double>, flops: Range<Double>) {
    let builder = model.builder()
    #expect(weights.contains(Double(builder.weightCount) / 1e6))
    #expect(flops.contains(Double(2 * builder.multiplyAdds) / 1e9))
  }

  @Test(arguments: [
    (FullModel.yoloFace, ["input"], [[1, 3, 640, 640]], [[1, 20, 8400]]),
    (.twoDFan4, ["input"], [[1, 3, 256, 256]], [[1, 68, 3], [1, 68, 64, 64]]),
    (.arcFace, ["input"], [[1, 3, 112, 112]], [[1, 512]]),
    (.inswapper, ["target", "source"], [[1, 3, 128, 128], [1, 512]], [[1, 3, 128, 128]]),
    (.gfpgan, ["input"], [[1, 3, 512, 512]], [[1, 3, 512, 512]]), (.fan68, ["input"], [[1, 5, 2]], [[1, 68, 2]]),
  ])
  func thinOnesTakeAndGiveThePublishedShapes(
    model: FullModel, names: [String], inputs: [[Int]], outputs: [[Int]]
  ) throws {
    let bytes = model.builder(thinness: 32).model.bytes
    let session = try InferenceSession(runtime: try OnnxRuntime.open(), bytes: bytes, name: model.rawValue)
    #expect(session.inputs.map(\.name) == names)
    #expect(session.inputs.map(\.shape) == inputs)
    var generator = SeededGenerator(seed: 3)
    let tensors = inputs.map { shape in
      Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { _ in generator.unit() })
    }
    let results = try session.run(tensors)
    #expect(results.map(\.shape) == outputs)
    for result in results { #expect(result.firstNotFinite() == nil) }
    // The answer is steered, but the network behind it is not left out.
    let other = try session.run(tensors.map { Tensor(shape: $0.shape, elements: $0.floats.map { 1 - $0 }) })
    #expect(zip(results, other).contains { $0.floats != $1.floats })
  }

  @Test func theSwappersFileEndsWithTheMatrixOfIdentities() throws {
    let bytes = FullModel.inswapper.builder(thinness: 64).model.bytes
    #expect(try ModelInitializer.last(in: bytes, model: "inswapper_128").shape == [512, 512])
  }
}

import Inference
import TestSupport
import Testing

/// Networks put together layer by layer: what the runtime makes of them is what the builder says.
@Suite struct ModelBuilderTests {
  /// Runs a network of one input on numbers from -1 to 1.
  private func run(
    _ shape: [Int], _ build: (ModelBuilder, ModelBuilder.Value) -> ModelBuilder.Value
  ) throws -> (input: [Float], output: Tensor, value: ModelBuilder.Value) {
    let builder = ModelBuilder(name: "small", seed: 5)
    let value = build(builder, builder.input("x", shape))
    builder.output(value, as: "y")
    let session = try InferenceSession(runtime: try OnnxRuntime.open(), bytes: builder.model.bytes, name: "small")
    var generator = SeededGenerator(seed: 9)
    let numbers = (0..<shape.reduce(1, *)).map { _ in generator.unit() * 2 - 1 }
    return (numbers, try session.run([Tensor(shape: shape, elements: numbers)])[0], value)
  }

  private func check(
    _ shape: [Int], _ build: (ModelBuilder, ModelBuilder.Value) -> ModelBuilder.Value,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let (_, output, value) = try run(shape, build)
    #expect(output.shape == value.shape, sourceLocation: location)
    #expect(output.firstNotFinite() == nil, sourceLocation: location)
  }

  @Test func shapesAreThoseOfTheRuntime() throws {
    let picture = [1, 4, 12, 10]
    try check(picture) { $0.conv($1, 6, side: 3, stride: 2) }
    try check(picture) { $0.conv($1, 5, side: 7, stride: 2, padding: 1, bias: false) }
    try check(picture) { $0.resize($1, by: 2, linear: true) }
    try check(picture) { $0.resize($1, by: 0.5, linear: true) }
    try check(picture) { $0.resize($1, by: 2, linear: false) }
    try check(picture) { $0.averagePool($1, by: 2) }
    try check(picture) { $0.maxPool($1, side: 5) }
    try check(picture) { $0.reflect($1, padding: 3) }
    try check(picture) { $0.concat([$1, $0.relu($1)], axis: 2) }
    try check(picture) { $0.slice($1, axis: 3, 2..<7) }
    try check(picture) { $0.transpose($1, [0, 2, 3, 1]) }
    try check(picture) { $0.reshape($1, [1, 48, 10]) }
    try check(picture) { $0.multiply($0.spatialMean($1), $1) }
    try check(picture) { $0.prelu($0.batchNorm($0.silu($1))) }
    try check([1, 8]) { $0.gemm($1, 5, offset: 1) }
  }

  @Test func numbersAreWhatTheNamesSay() throws {
    let (x, clipped, _) = try run([1, 2, 3, 4]) { $0.clip($1, -0.25, 0.5) }
    #expect(clipped.floats == x.map { min(max($0, -0.25), 0.5) })
    let (rows, sliced, _) = try run([1, 2, 3, 4]) { $0.slice($1, axis: 2, 1..<3) }
    #expect(sliced.floats == Array(rows[4..<12]) + Array(rows[16..<24]))
    let (flat, leaky, _) = try run([1, 6]) { $0.leakyRelu($1, 0.1) }
    #expect(zip(leaky.floats, flat).allSatisfy { abs($0 - max($1, 0.1 * $1)) < 1e-6 })
  }

  @Test func normalisedChannelsHaveMeanZeroAndDeviationOne() throws {
    let (_, output, _) = try run([1, 3, 16, 16]) { builder, x in
      builder.instanceNorm(builder.add(builder.multiply(x, builder.scalar(4)), builder.scalar(7)))
    }
    for channel in 0..<3 {
      let values = output.floats[channel * 256..<(channel + 1) * 256]
      let mean = values.reduce(0, +) / 256
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 256
      #expect(abs(mean) < 1e-4)
      #expect(abs(variance - 1) < 1e-3)
    }
  }

  @Test func costsAreCounted() {
    let builder = ModelBuilder(name: "cost", seed: 1)
    let picture = builder.input("x", [1, 3, 8, 8])
    let map = builder.conv(picture, 4, side: 3, stride: 2)
    #expect(builder.weightCount == 4 * 3 * 9 + 4)
    #expect(builder.multiplyAdds == 4 * 4 * 4 * 27)
    _ = builder.gemm(builder.reshape(map, [1, 64]), 10)
    #expect(builder.weightCount == 112 + 640 + 10)
    #expect(builder.multiplyAdds == 1728 + 640)
  }

  @Test func activationsKeepTheirSizeThroughManyLayers() throws {
    let (_, output, _) = try run([1, 16, 8, 8]) { builder, x in
      (0..<20).reduce(x) { value, _ in builder.relu(builder.conv(value, 16, side: 3, gain: 1.4)) }
    }
    let largest = output.floats.map(abs).max() ?? 0
    #expect(largest > 1e-3 && largest < 1e3)
  }

  @Test func batchMayBeLeftOpen() throws {
    let builder = ModelBuilder(name: "open", seed: 2, batch: .named("batch"))
    let x = builder.input("x", [1, 2, 4, 4])
    builder.output(builder.reshape(builder.conv(x, 3, side: 3), [1, 48]), as: "y")
    let session = try InferenceSession(runtime: try OnnxRuntime.open(), bytes: builder.model.bytes, name: "open")
    #expect(try session.run([Tensor(shape: [5, 2, 4, 4])])[0].shape == [5, 48])
  }
}

/// Weights made while the file is written.
@Suite struct RandomWeightsTests {
  private func file(_ weights: RandomWeights, count: Int) -> [UInt8] {
    var model = TinyModel()
    model.input("x", [1])
    model.node("Identity", ["x"], ["y"])
    model.output("y", [1])
    model.initializer("first", shape: [2], floats: [1, -2])
    model.initializer("weights", shape: [count], random: weights)
    return model.bytes
  }

  @Test func theyHaveTheirMeanAndDeviation() throws {
    let weights = RandomWeights(seed: 11, mean: 0.5, deviation: 0.1)
    let values = try ModelInitializer.last(in: file(weights, count: 40_001), model: "random").values
    #expect(values.count == 40_001)
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    #expect(abs(mean - 0.5) < 0.002)
    #expect(abs(variance.squareRoot() - 0.1) < 0.001)
    #expect(values.allSatisfy { abs($0 - 0.5) < 0.1733 })
  }

  @Test func theSameSeedGivesTheSameFile() throws {
    let weights = RandomWeights(seed: 1, deviation: 1)
    #expect(file(weights, count: 999) == file(weights, count: 999))
    #expect(file(weights, count: 999) != file(RandomWeights(seed: 2, deviation: 1), count: 999))
  }

  @Test func theFileHoldsAllNumbersOnce() throws {
    let small = file(RandomWeights(seed: 1, deviation: 1), count: 20_000).count
    let large = file(RandomWeights(seed: 1, deviation: 1), count: 30_000).count
    #expect(large - small == 40_000)
  }
}

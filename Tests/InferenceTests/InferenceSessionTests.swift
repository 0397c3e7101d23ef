import TestSupport
import Testing

@testable import Inference

/// The library is the one `scripts/setup` put into Likeness' home. Without it these tests fail, they are not skipped.
@Suite struct InferenceSessionTests {
  let runtime: OnnxRuntime

  init() throws { runtime = try OnnxRuntime.open() }

  private func session(
    _ model: TinyModel, _ name: String = "tiny", _ options: SessionOptions = .init()
  ) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: model.bytes, name: name, options: options)
  }

  @Test func describesInputsAndOutputs() throws {
    let session = try session(.convolution(weights: [1, 1, 1, 1], outputs: 1, inputs: 1, side: 2, size: (5, 4)))
    #expect(session.inputs == [TensorInfo(name: "image", shape: [1, 1, 4, 5], type: .float32)])
    #expect(session.outputs == [TensorInfo(name: "map", shape: [1, 1, 3, 4], type: .float32)])
    #expect(try session.outputIndex("map") == 0)
    #expect(throws: InferenceError.self) { try session.outputIndex("other") }
  }

  @Test func runsAConvolution() throws {
    let session = try session(.convolution(weights: [1, 2, 3, 4], outputs: 1, inputs: 1, side: 2, size: (3, 3)))
    let image = Tensor(shape: [1, 1, 3, 3], elements: (1...9).map(Float.init))
    let map = try session.run([image])[0]
    #expect(map.shape == [1, 1, 2, 2])
    // 1·1 + 2·2 + 3·4 + 4·5 for the first window; a step right adds 10, a step down 30.
    #expect(map.floats == [37, 47, 67, 77])
  }

  @Test func writesIntoPreparedTensorsAgainAndAgain() throws {
    let session = try session(.addOne(shape: [4]))
    let input = Tensor(shape: [4])
    let output = try session.makeOutputs()
    for round in 0..<3 {
      input.floats = [0, 1, 2, Float(round)]
      try session.run([input], into: output)
      #expect(output[0].floats == [1, 2, 3, Float(round + 1)])
    }
  }

  @Test func anOutputOfOneModelIsTheInputOfTheNext() throws {
    let session = try session(.addOne(shape: [2]))
    let once = try session.run([Tensor(shape: [2], elements: [Float(1), 2])])
    let twice = try session.run(once)
    #expect(twice[0].floats == [3, 4])
    #expect(once[0].floats == [2, 3])
  }

  @Test(arguments: [ElementType.float32, .uint8, .int32, .int64, .float16, .float64])
  func passesEveryNumberType(type: ElementType) throws {
    let session = try session(.identity(type))
    let input = Tensor(shape: [9], type: type)
    for index in input.rawBytes.indices { input.rawBytes[index] = UInt8(index % 120) }
    let output = try session.run([input])[0]
    #expect(output.type == type)
    #expect(output.shape == [9])
    #expect(Array(output.rawBytes) == Array(input.rawBytes))
  }

  @Test func takesOpenSizesAsTheyCome() throws {
    let session = try session(.identity())
    #expect(session.inputs[0].shape == [-1])
    for count in [1, 7, 3] {
      #expect(try session.run([Tensor(shape: [count])])[0].count == count)
    }
    let error = try #require(throws: InferenceError.self) { try session.makeOutputs() }
    #expect(error.code == .tensorMismatch)
    #expect(try session.makeOutputs(shapes: ["y": [5]])[0].shape == [5])
  }

  @Test func givesSeveralOutputsInTheModelsOrder() throws {
    let session = try session(
      .constant(input: ("image", [.named("n"), 2]), outputs: [("b", [2], [1, 2]), ("a", [1, 3], [3, 4, 5])]))
    #expect(session.outputs.map(\.name) == ["b", "a"])
    let outputs = try session.run([Tensor(shape: [4, 2])])
    #expect(outputs.map(\.floats) == [[1, 2], [3, 4, 5]])
    #expect(outputs.map(\.shape) == [[2], [1, 3]])
  }

  @Test func warmsUpWithTheShapesGiven() throws {
    var model = TinyModel()
    model.input("image", [.named("n"), 1, .named("h"), .named("w")])
    model.initializer("weights", shape: [1, 1, 3, 3], floats: Array(repeating: 1, count: 9))
    model.node("Conv", ["image", "weights"], ["map"])
    model.output("map", [.named("n"), 1, .named("rows"), .named("columns")])
    let session = try session(model)
    try session.warmUp(shapes: ["image": [1, 1, 8, 8]])
    // One pixel is less than the kernel needs; the runtime's refusal comes back as an error.
    let error = try #require(throws: InferenceError.self) { try session.warmUp() }
    #expect(error.code == .runFailed)
  }

  @Test func severalThreadsInAnOperatorGiveTheSame() throws {
    let weights = (0..<9 * 4).map { Float($0 % 7) - 3 }
    let model = TinyModel.convolution(weights: weights, outputs: 4, inputs: 1, side: 3, size: (64, 64))
    let image = Tensor(shape: [1, 1, 64, 64], elements: (0..<4096).map { Float($0 % 251) / 251 })
    let one = try session(model).run([image])[0].floats
    let three = try session(model, "tiny", SessionOptions(intraOpThreads: 3)).run([image])[0].floats
    #expect(Difference(one, three).isWithin(maximum: 1e-4))
  }
}

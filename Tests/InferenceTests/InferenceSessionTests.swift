import TestSupport
import Testing

@testable import Inference

@Suite struct InferenceSessionTests {
  let runtime: OnnxRuntime

  init() throws { runtime = try RuntimeLibrary.open() }

  private func session(
    _ model: TinyModel, _ name: String = "tiny", _ options: SessionOptions = .init()
  ) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: model.bytes, name: name, options: options)
  }

  @Test func describesInputsAndOutputs() throws {
    let session = try session(.convolution(weights: [1, 1, 1, 1], outputs: 1, inputs: 1, side: 2, size: (5, 4)))
    #expect(session.inputs == [TensorInfo(name: "image", shape: [1, 1, 4, 5], type: .float32)])
    #expect(session.outputs == [TensorInfo(name: "map", shape: [1, 1, 3, 4], type: .float32)])
    #expect(session.provider == .cpu)
  }

  @Test func runsAConvolution() throws {
    let session = try session(.convolution(weights: [1, 2, 3, 4], outputs: 1, inputs: 1, side: 2, size: (3, 3)))
    let image = Tensor(shape: [1, 1, 3, 3], elements: (1...9).map(Float.init))
    let map = try session.run([image])[0]
    #expect(map.shape == [1, 1, 2, 2])
    // 1·1 + 2·2 + 3·4 + 4·5 for the first window, each step right or down adds 10 or 30.
    #expect(map.floats == [37, 47, 67, 77])
  }
}

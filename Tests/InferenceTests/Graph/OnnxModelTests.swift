import TestSupport
import Testing

@testable import Inference

@Suite struct OnnxModelTests {
  private static func sample() -> TinyModel {
    var model = TinyModel(opset: 17)
    model.input("x", [.named("n"), 3])
    model.initializer("shape", shape: [2], ints: [1, -1])
    model.initializer("two", shape: [2], floats: [2, -70000])
    model.node("Reshape", ["x", "shape"], ["flat"])
    model.node("LeakyRelu", ["flat"], ["y"], [("alpha", .float(0.5))])
    model.output("y", [1, .named("m")])
    return model
  }

  @Test func readsWhatTheFileHolds() throws {
    let model = try OnnxModel(bytes: Self.sample().bytes, name: "sample")
    #expect(model.opset == 17)
    #expect(!model.hasFunctions)
    #expect(model.graph.nodes.map(\.operation) == ["Reshape", "LeakyRelu"])
    #expect(model.graph.nodes[0].inputs == ["x", "shape"])
    #expect(model.graph.inputs.map(\.name) == ["x"])
    #expect(model.graph.inputs[0].sizes == [.named("n"), .fixed(3)])
    #expect(model.graph.outputs[0].sizes == [.fixed(1), .named("m")])
    #expect(try model.graph.initializers[0].ints() == [1, -1])
    #expect(model.graph.initializers[1].range() == .init(largest: 70000, smallest: 2))
    #expect(model.graph.nodes[1].attribute("alpha") != nil)
    #expect(model.graph.namesRead == ["x", "shape", "flat", "y"])
  }

  @Test func writesAModelThatComputesTheSame() throws {
    let bytes = Self.sample().bytes
    let written = try OnnxModel(bytes: bytes, name: "sample").encoded()
    let runtime = try OnnxRuntime.open()
    let options = SessionOptions(providers: .list([.cpu]), sharesModel: false)
    let input = [Tensor(shape: [2, 3], elements: [Float(-2), 1, 2, 3, -4, 5])]
    let answers = try [bytes, written].map {
      try InferenceSession(runtime: runtime, bytes: $0, name: "sample", options: options).run(input)[0]
    }
    #expect(answers[1].floats == [-1, 1, 2, 3, -2, 5])
    #expect(answers[0].floats == answers[1].floats)
    #expect(answers[1].shape == [1, 6])
  }

  @Test func roundsToTheNearestHalf() throws {
    let values: [Float] = [0, 1, -1, 0.1, 65504, 1e-8, 6e-8, 2049]
    var model = TinyModel.identity()
    model.initializer("w", shape: [values.count], floats: values)
    let tensor = try #require(OnnxModel(bytes: model.bytes, name: "w").graph.initializers.first)
    let half = tensor.rounded(name: "h")
    #expect(half.type == ElementType.float16.rawValue)
    #expect(half.shape == [8])
    let raw = try #require(half.message.blocks(9).first)
    let bits = stride(from: 0, to: raw.count, by: 2).map {
      UInt16(raw[raw.startIndex + $0]) | UInt16(raw[raw.startIndex + $0 + 1]) << 8
    }
    // 0.1 is 0x2E66, the smallest above zero 0x0001, 2049 falls between 2048 and 2050 and goes to the even one.
    #expect(bits == [0, 0x3C00, 0xBC00, 0x2E66, 0x7BFF, 0, 1, 0x6800])
  }

  @Test func cutOffBytesAreAnError() throws {
    let bytes = Self.sample().bytes
    for count in stride(from: 1, to: bytes.count, by: 7) {
      let error = #expect(throws: InferenceError.self) {
        // A cut between two fields leaves a whole, if poor, message; then the graph is missing or cut.
        _ = try OnnxModel(bytes: Array(bytes.prefix(count)), name: "cut")
      }
      #expect(error?.code == .modelInvalid)
    }
  }

  @Test func fieldsThatNobodyKnowsStay() throws {
    var message = ProtoMessage()
    message.add(99, int: -5)
    message.add(3, text: "three")
    message.add(50, .fixed32(7))
    message.add(51, .fixed64(0x0102_0304_0506_0708))
    var inner = ProtoMessage()
    inner.add(1, int: 300)
    message.add(4, inner)
    let again = try ProtoMessage(message.encoded()[...], model: "m")
    #expect(again.encoded() == message.encoded())
    #expect(message.encoded().count == message.encodedSize)
    #expect(try again.numbers(99, model: "m") == [UInt64(bitPattern: -5)])
    #expect(again.text(3) == "three")
    #expect(try ProtoMessage(again.blocks(4)[0], model: "m").numbers(1, model: "m") == [300])
  }
}

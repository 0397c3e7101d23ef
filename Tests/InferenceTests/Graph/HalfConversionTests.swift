import TestSupport
import Testing

@testable import Inference

/// Small graphs whose parts must stay in single precision, run on the processor in both precisions.
@Suite struct HalfConversionTests {
  let runtime: OnnxRuntime

  init() throws { runtime = try OnnxRuntime.open() }

  private func converted(_ model: TinyModel, keepsInterface: Bool = true) throws -> (OnnxModel, [UInt8]) {
    switch try HalfConversion.convert(model.bytes, name: "tiny", keepsInterface: keepsInterface) {
    case .converted(let bytes, _): return (try OnnxModel(bytes: bytes, name: "tiny"), bytes)
    case .refused(let reason): throw TestSupportError(.notWritable, reason)
    }
  }

  private func run(_ bytes: [UInt8], _ inputs: [Tensor]) throws -> [Tensor] {
    try InferenceSession(
      runtime: runtime, bytes: bytes, name: "tiny",
      options: SessionOptions(providers: .list([.cpu]), sharesModel: false, precision: .fp32)
    ).run(inputs)
  }

  private func node(_ operation: String, in model: OnnxModel) throws -> OnnxNode {
    try #require(model.graph.nodes.first { $0.operation == operation })
  }

  /// Convolution, activation, a second input from the first layer, pooled.
  private static func network() -> TinyModel {
    var model = TinyModel()
    model.input("x", [1, 2, 8, 8])
    model.initializer("w1", shape: [4, 2, 3, 3], floats: (0..<72).map { Float($0 % 7) / 7 - 0.4 })
    model.initializer("w2", shape: [4, 4, 1, 1], floats: (0..<16).map { Float($0 % 5) / 5 - 0.3 })
    model.initializer("slope", shape: [4, 1, 1], floats: [0.1, 0.2, 0.3, 0.4])
    model.node("Conv", ["x", "w1"], ["a"], [("pads", .ints([1, 1, 1, 1]))])
    model.node("PRelu", ["a", "slope"], ["b"])
    model.node("Conv", ["b", "w2"], ["c"])
    model.node("Add", ["c", "b"], ["d"])
    model.node("ReduceMean", ["d"], ["y"], [("axes", .ints([2, 3]))])
    model.output("y", [1, 4, 1, 1])
    return model
  }

  @Test func computesInHalfPrecisionInside() throws {
    let (model, bytes) = try converted(Self.network())
    #expect(Set(model.graph.initializers.map(\.type)) == [ElementType.float16.rawValue])
    #expect(model.graph.inputs[0].type == 1)
    #expect(model.graph.outputs[0].type == 1)
    // One Cast behind the input, one in front of the mean.
    #expect(model.graph.nodes.filter { $0.operation == "Cast" }.count == 2)
    #expect(try node("ReduceMean", in: model).inputs == ["d"])
    var generator = SeededGenerator(seed: 3)
    let input = [Tensor(shape: [1, 2, 8, 8], elements: (0..<128).map { _ in generator.unit() })]
    let single = try run(Self.network().bytes, input)[0].floats
    let half = try run(bytes, input)[0].floats
    #expect(Difference(single, half).isWithin(maximum: 2e-3))
    #expect(single != half)
  }

  @Test func inputsAndOutputsBecomeHalfOnRequest() throws {
    let (model, bytes) = try converted(Self.network(), keepsInterface: false)
    let half = ElementType.float16.rawValue
    #expect(model.graph.inputs[0].type == half)
    #expect(model.graph.outputs[0].type == half)
    let input = Tensor(shape: [1, 2, 8, 8], type: .float16)
    input.floats = (0..<128).map { Float($0) / 128 }
    let output = try run(bytes, [input])[0]
    #expect(output.type == .float16)
    let single = Tensor(shape: [1, 2, 8, 8], elements: input.floats)
    #expect(Difference(try run(Self.network().bytes, [single])[0].floats, output.floats).isWithin(maximum: 3e-3))
  }

  @Test func onlyTheInterfaceCanBeHalf() throws {
    guard
      case .converted(let bytes, let summary) = try HalfConversion.convert(
        Self.network().bytes, name: "tiny", keepsInterface: false, keepsInside: true)
    else { return #expect(Bool(false), "refused") }
    #expect(summary.halfNodes == 0)
    let model = try OnnxModel(bytes: bytes, name: "tiny")
    #expect(Set(model.graph.initializers.map(\.type)) == [1])
    let input = Tensor(shape: [1, 2, 8, 8], type: .float16)
    input.floats = (0..<128).map { Float($0) / 128 }
    let single = Tensor(shape: [1, 2, 8, 8], elements: input.floats)
    let expected = try run(Self.network().bytes, [single])[0].floats.map { Float(halfBits: $0.halfBits) }
    #expect(try run(bytes, [input])[0].floats == expected)
  }

  @Test(arguments: [
    ("Mul", Float(70000), true), ("Mul", 300, true), ("Mul", 255, false), ("Add", 1e-12, true), ("Add", 1e-5, false),
    ("Add", 0, false),
  ])
  func numbersThatHalfPrecisionCannotHoldKeepTheirOperator(operation: String, constant: Float, stays: Bool) throws {
    var model = TinyModel()
    model.input("x", [4])
    model.initializer("c", shape: [1], floats: [constant])
    model.node("Relu", ["x"], ["r"])
    model.node(operation, ["r", "c"], ["y"])
    model.output("y", [4])
    let (changed, bytes) = try converted(model)
    let type = try #require(changed.graph.initializers.first { $0.name.hasPrefix("c") }).type
    #expect((type == 1) == stays)
    let input = [Tensor(shape: [4], elements: [Float(0), 0.5, 0.25, 1])]
    let expected = try run(model.bytes, input)[0].floats
    for (one, two) in zip(expected, try run(bytes, input)[0].floats) { #expect(abs(one - two) <= abs(one) * 2e-3) }
  }

  @Test func scalesOfAResizeStaySingle() throws {
    var model = TinyModel()
    model.input("x", [1, 1, 2, 2])
    model.initializer("scales", shape: [4], floats: [1, 1, 2, 2])
    model.node("Relu", ["x"], ["r"])
    model.node("Resize", ["r", "", "scales"], ["y"], [("mode", .string("nearest"))])
    model.output("y", [1, 1, 4, 4])
    let (changed, bytes) = try converted(model)
    #expect(try node("Resize", in: changed).inputs == ["r__half", "", "scales"])
    let input = [Tensor(shape: [1, 1, 2, 2], elements: [Float(1), 2, 3, 4])]
    #expect(try run(bytes, input)[0].floats == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
  }

  @Test func positionsMadeFromIntegersStaySingle() throws {
    var model = TinyModel()
    model.input("x", [1, 3])
    model.initializer("from", shape: [], ints: [2046])
    model.initializer("to", shape: [], ints: [2049])
    model.initializer("step", shape: [], ints: [1])
    model.node("Range", ["from", "to", "step"], ["grid"])
    model.node("Cast", ["grid"], ["places"], [("to", .int(1))])
    model.node("Sigmoid", ["x"], ["offset"])
    model.node("Add", ["offset", "places"], ["y"])
    model.output("y", [1, 3])
    let (_, bytes) = try converted(model)
    let answer = try run(bytes, [Tensor(shape: [1, 3], elements: [Float(0), 0, 0])])[0].floats
    // Half precision has no 2047.5.
    #expect(answer == [2046.5, 2047.5, 2048.5])
  }

  @Test func aConstantForBothPrecisionsIsThereTwice() throws {
    var model = TinyModel()
    model.input("x", [2, 2])
    model.initializer("w", shape: [2, 2], floats: [1, 2, 3, 4])
    model.node("MatMul", ["x", "w"], ["a"])
    model.node("Pow", ["w", "a"], ["y"])
    model.output("y", [2, 2])
    let (changed, bytes) = try converted(model)
    #expect(Set(changed.graph.initializers.map(\.name)) == ["w", "w__half"])
    #expect(try run(bytes, [Tensor(shape: [2, 2], elements: [Float(1), 0, 0, 1])])[0].floats == [1, 4, 27, 256])
  }

  @Test func integersPassUntouched() throws {
    var model = TinyModel()
    model.input("x", [3])
    model.node("Abs", ["x"], ["a"])
    model.node("Shape", ["a"], ["n"])
    model.node("Greater", ["a", "x"], ["more"])
    model.node("Where", ["more", "a", "x"], ["y"])
    model.output("y", [3])
    model.output("n", [1], .int64)
    let (_, bytes) = try converted(model)
    let outputs = try run(bytes, [Tensor(shape: [3], elements: [Float(-1), 2, -3])])
    #expect(outputs[0].floats == [1, 2, 3])
    #expect(outputs[1].elements(as: Int64.self) == [3])
  }

  @Test func refusesWhatIsNotItsBusiness() throws {
    var half = TinyModel()
    half.input("x", [2], .float16)
    half.node("Relu", ["x"], ["y"])
    half.output("y", [2], .float16)
    var bytes = TinyModel()
    bytes.input("x", [2], .uint8)
    bytes.initializer("scale", shape: [], floats: [1])
    bytes.node("DequantizeLinear", ["x", "scale"], ["y"])
    bytes.output("y", [2])
    var other = TinyModel()
    other.input("x", [2])
    other.node("CumSum", ["x", "axis"], ["y"])
    other.initializer("axis", shape: [], ints: [0])
    other.output("y", [2])
    for (model, words) in [(half, "already"), (bytes, "DequantizeLinear"), (other, "none of its operators")] {
      guard case .refused(let reason) = try HalfConversion.convert(model.bytes, name: "tiny") else {
        Issue.record("converted instead of: \(words)")
        continue
      }
      #expect(reason.contains(words))
    }
  }
}

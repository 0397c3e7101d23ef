public import Inference

/// Builds small ONNX models in memory, for tests and for measuring what the runtime itself costs.
///
/// ```swift
/// var model = TinyModel()
/// model.input("x", [.named("n"), 3])
/// model.initializer("two", shape: [1], floats: [2])
/// model.node("Mul", ["x", "two"], ["y"])
/// model.output("y", [.named("n"), 3])
/// let session = try InferenceSession(runtime: runtime, bytes: model.bytes, name: "double")
/// ```
public struct TinyModel: Sendable {
  /// One size of a shape: fixed, or open under a name.
  public enum Dimension: Sendable, Hashable, ExpressibleByIntegerLiteral {
    case fixed(Int)
    case named(String)

    public init(integerLiteral value: Int) { self = .fixed(value) }
  }

  /// A node's setting.
  public enum Attribute: Sendable, Hashable {
    case int(Int)
    case float(Float)
    case ints([Int])
    case floats([Float])
    case string(String)
  }

  private struct Value: Sendable {
    let name: String
    let type: Int32
    let shape: [Dimension]
  }

  private struct Node: Sendable {
    let operation: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [(name: String, value: Attribute)]
  }

  private struct Constant: Sendable {
    let name: String
    let type: Int32
    let shape: [Int]
    let data: [UInt8]
    /// A file that would hold the data; nil for a proper model.
    let externalFile: String?
  }

  private let name: String
  private let opset: Int
  private var inputs: [Value] = []
  private var outputs: [Value] = []
  private var nodes: [Node] = []
  private var constants: [Constant] = []

  public init(name: String = "tiny", opset: Int = 17) {
    self.name = name
    self.opset = opset
  }

  public mutating func input(_ name: String, _ shape: [Dimension], _ type: ElementType = .float32) {
    inputs.append(Value(name: name, type: type.rawValue, shape: shape))
  }

  public mutating func output(_ name: String, _ shape: [Dimension], _ type: ElementType = .float32) {
    outputs.append(Value(name: name, type: type.rawValue, shape: shape))
  }

  /// An output with any of ONNX' number types, also those that ``Tensor`` does not hold (9 is a truth value).
  public mutating func output(_ name: String, _ shape: [Dimension], typeCode: Int32) {
    outputs.append(Value(name: name, type: typeCode, shape: shape))
  }

  public mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String],
    _ attributes: [(name: String, value: Attribute)] = []
  ) {
    nodes.append(Node(operation: operation, inputs: inputs, outputs: outputs, attributes: attributes))
  }

  public mutating func initializer(_ name: String, shape: [Int], floats: [Float]) {
    let data = floats.flatMap { Self.littleEndian($0.bitPattern) }
    constants.append(
      Constant(name: name, type: ElementType.float32.rawValue, shape: shape, data: data, externalFile: nil))
  }

  public mutating func initializer(_ name: String, shape: [Int], ints: [Int]) {
    let data = ints.flatMap { Self.littleEndian(UInt64(bitPattern: Int64($0))) }
    constants.append(
      Constant(name: name, type: ElementType.int64.rawValue, shape: shape, data: data, externalFile: nil))
  }

  /// Weights that are said to lie in another file: a model that a program which loads from memory must refuse.
  public mutating func externalInitializer(_ name: String, shape: [Int], file: String) {
    constants.append(
      Constant(name: name, type: ElementType.float32.rawValue, shape: shape, data: [], externalFile: file))
  }

  private static func littleEndian<Bits: FixedWidthInteger & UnsignedInteger>(_ bits: Bits) -> [UInt8] {
    stride(from: 0, to: Bits.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: bits >> Bits($0)) }
  }
}

// MARK: - Encoding (field numbers of onnx.proto)

extension TinyModel {
  /// The model as the bytes of an ONNX file (IR version 8).
  public var bytes: [UInt8] {
    var model = ProtobufWriter()
    model.varint(1, 8)
    model.text(2, "likeness-tests")
    model.message(8) { $0.varint(2, opset) }
    model.message(7) { graph in
      for node in nodes { graph.message(1) { Self.write(node, to: &$0) } }
      graph.text(2, name)
      for constant in constants { graph.message(5) { Self.write(constant, to: &$0) } }
      for value in inputs { graph.message(11) { Self.write(value, to: &$0) } }
      for value in outputs { graph.message(12) { Self.write(value, to: &$0) } }
    }
    return model.bytes
  }

  private static func write(_ node: Node, to writer: inout ProtobufWriter) {
    for input in node.inputs { writer.text(1, input) }
    for output in node.outputs { writer.text(2, output) }
    writer.text(4, node.operation)
    for (name, value) in node.attributes { writer.message(5) { write(name, value, to: &$0) } }
  }

  private static func write(_ name: String, _ value: Attribute, to writer: inout ProtobufWriter) {
    writer.text(1, name)
    // Field 20 is the attribute's type.
    switch value {
    case .float(let number):
      writer.float(2, number)
      writer.varint(20, 1)
    case .int(let number):
      writer.varint(3, number)
      writer.varint(20, 2)
    case .string(let text):
      writer.text(4, text)
      writer.varint(20, 3)
    case .floats(let numbers):
      for number in numbers { writer.float(7, number) }
      writer.varint(20, 6)
    case .ints(let numbers):
      for number in numbers { writer.varint(8, number) }
      writer.varint(20, 7)
    }
  }

  private static func write(_ constant: Constant, to writer: inout ProtobufWriter) {
    for size in constant.shape { writer.varint(1, size) }
    writer.varint(2, Int(constant.type))
    writer.text(8, constant.name)
    guard let file = constant.externalFile else { return writer.data(9, constant.data) }
    writer.message(13) { entry in
      entry.text(1, "location")
      entry.text(2, file)
    }
    writer.varint(14, 1)
  }

  private static func write(_ value: Value, to writer: inout ProtobufWriter) {
    writer.text(1, value.name)
    writer.message(2) { type in
      type.message(1) { tensor in
        tensor.varint(1, Int(value.type))
        tensor.message(2) { shape in
          for dimension in value.shape {
            shape.message(1) { writer in
              switch dimension {
              case .fixed(let size): writer.varint(1, size)
              case .named(let name): writer.text(2, name)
              }
            }
          }
        }
      }
    }
  }
}

// MARK: - Ready-made models

extension TinyModel {
  /// y = x, of any size.
  public static func identity(_ type: ElementType = .float32) -> TinyModel {
    var model = TinyModel(name: "identity")
    model.input("x", [.named("n")], type)
    model.node("Identity", ["x"], ["y"])
    model.output("y", [.named("n")], type)
    return model
  }

  /// y = x + 1, of this fixed shape.
  public static func addOne(shape: [Int]) -> TinyModel {
    var model = TinyModel(name: "add-one")
    model.input("x", shape.map(Dimension.fixed))
    model.initializer("one", shape: [1], floats: [1])
    model.node("Add", ["x", "one"], ["y"])
    model.output("y", shape.map(Dimension.fixed))
    return model
  }

  /// A convolution without padding: `weights` are (outputs, inputs, side, side).
  public static func convolution(
    weights: [Float], outputs: Int, inputs: Int, side: Int, size: (width: Int, height: Int)
  ) -> TinyModel {
    var model = TinyModel(name: "convolution")
    model.input("image", [1, .fixed(inputs), .fixed(size.height), .fixed(size.width)])
    model.initializer("weights", shape: [outputs, inputs, side, side], floats: weights)
    model.node("Conv", ["image", "weights"], ["map"], [("kernel_shape", .ints([side, side]))])
    model.output(
      "map", [1, .fixed(outputs), .fixed(size.height - side + 1), .fixed(size.width - side + 1)])
    return model
  }

  /// Gives the same numbers whatever comes in: a stand-in for a network whose answer a test decides.
  public static func constant(
    input: (name: String, shape: [Dimension]), outputs: [(name: String, shape: [Int], values: [Float])]
  ) -> TinyModel {
    var model = TinyModel(name: "constant")
    model.input(input.name, input.shape)
    for output in outputs {
      model.initializer("value_of_\(output.name)", shape: output.shape, floats: output.values)
      model.node("Identity", ["value_of_\(output.name)"], [output.name])
      model.output(output.name, output.shape.map(Dimension.fixed))
    }
    return model
  }
}

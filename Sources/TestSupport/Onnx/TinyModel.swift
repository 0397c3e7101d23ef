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

  struct Value: Sendable {
    let name: String
    let type: Int32
    let shape: [Dimension]
  }

  struct Node: Sendable {
    let operation: String
    let name: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [(name: String, value: Attribute)]
  }

  struct Constant: Sendable {
    enum Content: Sendable {
      case bytes([UInt8])
      /// Made while the file is written.
      case random(RandomWeights)
      /// Said to lie in this file; no proper model has such.
      case external(String)
    }

    let name: String
    let type: Int32
    let shape: [Int]
    let content: Content
  }

  let name: String
  let opset: Int
  private(set) var inputs: [Value] = []
  private(set) var outputs: [Value] = []
  private(set) var nodes: [Node] = []
  private(set) var constants: [Constant] = []

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

  /// - Parameter name: what messages of the runtime call the node.
  public mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String],
    _ attributes: [(name: String, value: Attribute)] = [], name: String = ""
  ) {
    nodes.append(Node(operation: operation, name: name, inputs: inputs, outputs: outputs, attributes: attributes))
  }

  public mutating func initializer(_ name: String, shape: [Int], floats: [Float]) {
    let data = floats.littleEndianBytes
    constants.append(
      Constant(name: name, type: ElementType.float32.rawValue, shape: shape, content: .bytes(data)))
  }

  public mutating func initializer(_ name: String, shape: [Int], ints: [Int]) {
    let data = ints.flatMap { Self.littleEndian(UInt64(bitPattern: Int64($0))) }
    constants.append(
      Constant(name: name, type: ElementType.int64.rawValue, shape: shape, content: .bytes(data)))
  }

  /// Random weights; they take no memory before the file is written.
  public mutating func initializer(_ name: String, shape: [Int], random weights: RandomWeights) {
    constants.append(
      Constant(name: name, type: ElementType.float32.rawValue, shape: shape, content: .random(weights)))
  }

  /// Weights that are said to lie in another file: a model that a program which loads from memory must refuse.
  public mutating func externalInitializer(_ name: String, shape: [Int], file: String) {
    constants.append(
      Constant(name: name, type: ElementType.float32.rawValue, shape: shape, content: .external(file)))
  }

  private static func littleEndian<Bits: FixedWidthInteger & UnsignedInteger>(_ bits: Bits) -> [UInt8] {
    stride(from: 0, to: Bits.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: bits >> Bits($0)) }
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

/// The number types of a graph's values by name, as far as they follow from the operators (ONNX' codes).
struct ValueTypes {
  private var types: [String: Int32] = [:]

  static let float: Int32 = 1
  private static let int64: Int32 = 7
  private static let bool: Int32 = 9

  init(_ graph: OnnxGraph) {
    for value in graph.values + graph.outputs + graph.inputs { types[value.name] = value.type }
    for tensor in graph.initializers { types[tensor.name] = tensor.type }
    for node in graph.nodes { add(node) }
  }

  subscript(name: String) -> Int32? { types[name] }

  func isFloat(_ name: String) -> Bool { !name.isEmpty && types[name] == Self.float }

  private mutating func add(_ node: OnnxNode) {
    for (index, output) in node.outputs.enumerated() where !output.isEmpty && types[output] == nil {
      types[output] = outputType(node, index)
    }
  }

  private func outputType(_ node: OnnxNode, _ index: Int) -> Int32? {
    let first = node.inputs.first.flatMap { types[$0] }
    switch node.operation {
    case "Shape", "Size", "NonZero", "NonMaxSuppression", "ArgMax", "ArgMin": return Self.int64
    case "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Not", "Xor", "IsNaN", "IsInf":
      return Self.bool
    case "Cast", "RandomNormal", "RandomUniform", "EyeLike", "RandomNormalLike", "RandomUniformLike":
      let named = node.attribute(node.operation == "Cast" ? "to" : "dtype")?.int
      return named.map { Int32(truncatingIfNeeded: $0) } ?? (node.operation.hasSuffix("Like") ? first : Self.float)
    case "CastLike", "Where": return node.inputs.dropFirst().first.flatMap { types[$0] }
    case "OneHot": return node.inputs.dropFirst(2).first.flatMap { types[$0] }
    case "Constant":
      if let tensor = node.attribute("value")?.tensor { return tensor.type }
      return node.attributes.contains { $0.name.hasPrefix("value_float") } ? Self.float : Self.int64
    case "ConstantOfShape": return node.attribute("value")?.tensor?.type ?? Self.float
    case "TopK", "MaxPool", "Dropout":
      guard index > 0 else { return first }
      return node.operation == "Dropout" ? Self.bool : Self.int64
    // Theirs are the types inside; without a statement of the file they stay unknown.
    case "If", "Loop", "Scan": return nil
    default: return first
    }
  }
}

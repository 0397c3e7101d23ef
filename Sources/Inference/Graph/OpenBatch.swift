/// Rewrites a model made for one picture at a time so that it takes any number of them.
///
/// The first size of every input and output is left open, and where the file reshapes to a constant shape that begins
/// with 1, the 1 is left open too. Whether the result means the same is not known from the file (a network may fold
/// the 1 into something else): ``BatchedModel`` tries it out.
enum OpenBatch {
  enum Outcome {
    case rewritten([UInt8])
    /// A half sentence that says why the model takes one picture at a time.
    case refused(String)
  }

  /// The name of the open size.
  private static let size = "likeness_batch"

  /// - Throws: ``InferenceError`` `modelInvalid`.
  static func rewrite(_ bytes: [UInt8], name: String) throws -> Outcome {
    var model = try OnnxModel(bytes: bytes, name: name)
    let constants = Set(model.graph.initializers.map(\.name))
    for index in model.graph.inputs.indices where !constants.contains(model.graph.inputs[index].name) {
      if let reason = open(&model.graph.inputs[index], side: "input") { return .refused(reason) }
    }
    for index in model.graph.outputs.indices {
      if let reason = open(&model.graph.outputs[index], side: "output") { return .refused(reason) }
    }
    try openShapes(&model)
    // What is stated about values in between is stated for one picture; the runtime finds it out by itself.
    model.graph.values = []
    return .rewritten(model.encoded())
  }

  private static func open(_ value: inout OnnxValue, side: String) -> String? {
    guard var sizes = value.sizes, sizes.count > 1 else { return "its \(side) \(value.name) has no size for the batch" }
    if case .fixed(let size) = sizes[0], size != 1 {
      return "its \(side) \(value.name) begins with \(size), not with 1"
    }
    sizes[0] = .named(Self.size)
    value.sizes = sizes
    return nil
  }

  private static func openShapes(_ model: inout OnnxModel) throws {
    var shapes: [String: OnnxTensor] = [:]
    for tensor in model.graph.initializers { shapes[tensor.name] = tensor }
    for node in model.graph.nodes where node.operation == "Constant" {
      if let output = node.outputs.first, let tensor = node.attribute("value")?.tensor { shapes[output] = tensor }
    }
    for index in model.graph.nodes.indices where model.graph.nodes[index].operation == "Reshape" {
      let node = model.graph.nodes[index]
      // A zero then means nothing, not "as before".
      guard node.inputs.count > 1, node.attribute("allowzero")?.int ?? 0 == 0, let tensor = shapes[node.inputs[1]],
        case var sizes = try tensor.ints(), sizes.count > 1, sizes[0] == 1
      else { continue }
      // With another size open already, the first one is taken over from what comes in.
      sizes[0] = sizes.contains(-1) ? 0 : -1
      let opened = "\(node.inputs[1])__batch\(index)"
      model.graph.initializers.append(
        OnnxTensor(name: opened, shape: [sizes.count], ints: sizes, model: model.name))
      model.graph.nodes[index].inputs[1] = opened
    }
  }
}

/// An ONNX file taken apart as far as we change it (field numbers of onnx.proto in each type), and put together again.
struct OnnxModel: Sendable {
  /// For messages.
  let name: String
  /// Version of the standard operators.
  let opset: Int
  /// Functions of its own (field 25), which nothing here looks into.
  let hasFunctions: Bool
  var graph: OnnxGraph
  private var rest: ProtoMessage

  /// ModelProto: 7 graph, 8 opset_import (1 domain, 2 version), 25 functions.
  ///
  /// - Throws: ``InferenceError`` `modelInvalid`.
  init(bytes: [UInt8], name: String) throws {
    let message = try ProtoMessage(bytes[...], model: name)
    self.name = name
    guard let graph = message.blocks(7).last else {
      throw InferenceError(.modelInvalid, "The model \(name) is not an ONNX model.")
    }
    self.graph = try OnnxGraph(graph, model: name)
    var opset = 0
    for entry in message.blocks(8) {
      let entry = try ProtoMessage(entry, model: name)
      let version = try entry.numbers(2, model: name).last ?? 0
      if ["", "ai.onnx"].contains(entry.text(1)) { opset = Int(truncatingIfNeeded: version) }
    }
    self.opset = opset
    hasFunctions = message.fields.contains { $0.number == 25 }
    rest = message
    rest.fields.removeAll { $0.number == 7 }
  }

  func encoded() -> [UInt8] {
    var message = rest
    message.add(7, graph.message)
    return message.encoded()
  }
}

struct OnnxGraph: Sendable {
  var nodes: [OnnxNode]
  var initializers: [OnnxTensor]
  var inputs: [OnnxValue]
  var outputs: [OnnxValue]
  /// What the file says about values in between; may be none.
  var values: [OnnxValue]
  private var rest: ProtoMessage

  /// GraphProto: 1 node, 5 initializer, 11 input, 12 output, 13 value_info.
  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    let message = try ProtoMessage(bytes, model: model)
    nodes = try message.blocks(1).map { try OnnxNode($0, model: model) }
    initializers = try message.blocks(5).map { try OnnxTensor($0, model: model) }
    inputs = try message.blocks(11).map { try OnnxValue($0, model: model) }
    outputs = try message.blocks(12).map { try OnnxValue($0, model: model) }
    values = try message.blocks(13).map { try OnnxValue($0, model: model) }
    rest = message
    rest.fields.removeAll { [1, 5, 11, 12, 13].contains($0.number) }
  }

  var hasSparseInitializers: Bool { rest.fields.contains { $0.number == 15 } }

  var message: ProtoMessage {
    var message = rest
    for node in nodes { message.add(1, node.message) }
    for tensor in initializers { message.add(5, tensor.message) }
    for value in inputs { message.add(11, value.message) }
    for value in outputs { message.add(12, value.message) }
    for value in values { message.add(13, value.message) }
    return message
  }

  /// All names that nodes of this graph and of those inside of it read, and that it gives out.
  var namesRead: Set<String> {
    var names = Set(outputs.map(\.name))
    for node in nodes {
      names.formUnion(node.inputs)
      for graph in node.subgraphs { names.formUnion(graph.namesRead) }
    }
    return names
  }
}

struct OnnxNode: Sendable {
  var inputs: [String]
  var outputs: [String]
  var name: String
  var operation: String
  var domain: String
  var attributes: [OnnxAttribute]
  private var rest = ProtoMessage()

  init(
    _ operation: String, inputs: [String], outputs: [String], name: String = "", attributes: [OnnxAttribute] = []
  ) {
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
    self.name = name
    self.attributes = attributes
    domain = ""
  }

  /// NodeProto: 1 input, 2 output, 3 name, 4 op_type, 5 attribute, 7 domain.
  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    let message = try ProtoMessage(bytes, model: model)
    inputs = message.blocks(1).map { String(decoding: $0, as: UTF8.self) }
    outputs = message.blocks(2).map { String(decoding: $0, as: UTF8.self) }
    name = message.text(3)
    operation = message.text(4)
    domain = message.text(7)
    attributes = try message.blocks(5).map { try OnnxAttribute($0, model: model) }
    rest = message
    rest.fields.removeAll { [1, 2, 3, 4, 5, 7].contains($0.number) }
  }

  /// Whether it is one of ONNX' own operators.
  var isStandard: Bool { ["", "ai.onnx"].contains(domain) }
  var subgraphs: [OnnxGraph] { attributes.flatMap(\.graphs) }

  func attribute(_ name: String) -> OnnxAttribute? { attributes.first { $0.name == name } }

  var message: ProtoMessage {
    var message = ProtoMessage()
    for input in inputs { message.add(1, text: input) }
    for output in outputs { message.add(2, text: output) }
    if !name.isEmpty { message.add(3, text: name) }
    message.add(4, text: operation)
    for attribute in attributes { message.add(5, attribute.message) }
    if !domain.isEmpty { message.add(7, text: domain) }
    message.fields += rest.fields
    return message
  }
}

/// AttributeProto: 1 name, 3 i, 5 t, 6 g, 11 graphs, 20 type.
struct OnnxAttribute: Sendable {
  let name: String
  let tensor: OnnxTensor?
  let graphs: [OnnxGraph]
  let int: Int?
  let message: ProtoMessage

  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    message = try ProtoMessage(bytes, model: model)
    name = message.text(1)
    tensor = try message.blocks(5).last.map { try OnnxTensor($0, model: model) }
    graphs = try (message.blocks(6) + message.blocks(11)).map { try OnnxGraph($0, model: model) }
    int = try message.numbers(3, model: model).last.map { Int(truncatingIfNeeded: $0) }
  }

  init(name: String, int: Int) {
    self.name = name
    self.int = int
    tensor = nil
    graphs = []
    var message = ProtoMessage()
    message.add(1, text: name)
    message.add(3, int: int)
    message.add(20, int: 2)
    self.message = message
  }
}

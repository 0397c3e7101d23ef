// Field numbers are those of onnx.proto.
extension TinyModel {
  /// The model as the bytes of an ONNX file (IR version 8).
  ///
  /// They are written once, in order, into memory of the right size: random weights are made on the way, so a model of
  /// half a gigabyte takes half a gigabyte.
  public var bytes: [UInt8] {
    var head = ProtobufWriter()
    head.varint(1, 8)
    head.text(2, "likeness-tests")
    head.message(8) { $0.varint(2, opset) }
    var start = ProtobufWriter()
    for node in nodes { start.message(1) { Self.write(node, to: &$0) } }
    start.text(2, name)
    var end = ProtobufWriter()
    for value in inputs { end.message(11) { Self.write(value, to: &$0) } }
    for value in outputs { end.message(12) { Self.write(value, to: &$0) } }
    let tensors = constants.map(EncodedTensor.init)
    let graphSize = tensors.reduce(start.bytes.count + end.bytes.count) { size, tensor in
      size + ProtobufWriter.headSize(5, tensor.size) + tensor.size
    }
    var file = ProtobufWriter(capacity: head.bytes.count + ProtobufWriter.headSize(7, graphSize) + graphSize)
    file.append(head.bytes)
    file.head(7, graphSize)
    file.append(start.bytes)
    for tensor in tensors {
      file.head(5, tensor.size)
      tensor.write(to: &file)
    }
    file.append(end.bytes)
    return file.bytes
  }

  private static func write(_ node: Node, to writer: inout ProtobufWriter) {
    for input in node.inputs { writer.text(1, input) }
    for output in node.outputs { writer.text(2, output) }
    if !node.name.isEmpty { writer.text(3, node.name) }
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

/// A TensorProto whose numbers are not in memory yet where they are random.
private struct EncodedTensor {
  /// The message without the numbers.
  private var fields = ProtobufWriter()
  private let content: TinyModel.Constant.Content
  private let count: Int

  init(_ constant: TinyModel.Constant) {
    content = constant.content
    count = constant.shape.reduce(1, *)
    for size in constant.shape { fields.varint(1, size) }
    fields.varint(2, Int(constant.type))
    fields.text(8, constant.name)
    guard case .external(let file) = content else { return }
    fields.message(13) { entry in
      entry.text(1, "location")
      entry.text(2, file)
    }
    fields.varint(14, 1)
  }

  /// Bytes of the whole message.
  var size: Int {
    guard let dataSize else { return fields.bytes.count }
    return fields.bytes.count + ProtobufWriter.headSize(9, dataSize) + dataSize
  }

  private var dataSize: Int? {
    switch content {
    case .bytes(let bytes): bytes.count
    case .random: 4 * count
    case .external: nil
    }
  }

  func write(to writer: inout ProtobufWriter) {
    writer.append(fields.bytes)
    if let dataSize { writer.head(9, dataSize) }
    switch content {
    case .bytes(let bytes): writer.append(bytes)
    case .random(let weights): writer.append(weights, count: count)
    case .external: break
    }
  }
}

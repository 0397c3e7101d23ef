/// A named value with its number type and sizes, as the file states them.
///
/// ValueInfoProto: 1 name, 2 type; TypeProto: 1 tensor_type; its 1 elem_type, 2 shape; its 1 dim; its 1 dim_value,
/// 2 dim_param.
struct OnnxValue: Sendable {
  enum Size: Sendable, Hashable {
    case fixed(Int)
    case named(String)
  }

  let name: String
  /// ONNX' code; nil for anything but a plain tensor.
  var type: Int32?
  /// nil where the file states none.
  var sizes: [Size]?
  private var rest: ProtoMessage

  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    let message = try ProtoMessage(bytes, model: model)
    name = message.text(1)
    rest = message
    guard let typeBytes = message.blocks(2).last,
      let tensorBytes = try ProtoMessage(typeBytes, model: model).blocks(1).last
    else { return }
    rest.fields.removeAll { [1, 2].contains($0.number) }
    let tensor = try ProtoMessage(tensorBytes, model: model)
    type = try tensor.numbers(1, model: model).last.map { Int32(truncatingIfNeeded: $0) }
    sizes = try tensor.blocks(2).last.map { shape in
      try ProtoMessage(shape, model: model).blocks(1).map { try Self.size($0, model: model) }
    }
  }

  private static func size(_ bytes: ArraySlice<UInt8>, model: String) throws -> Size {
    let message = try ProtoMessage(bytes, model: model)
    if let value = try message.numbers(1, model: model).last { return .fixed(Int(truncatingIfNeeded: value)) }
    return .named(message.text(2))
  }

  var message: ProtoMessage {
    guard let type else { return rest }
    var tensor = ProtoMessage()
    tensor.add(1, int: Int(type))
    if let sizes {
      var shape = ProtoMessage()
      for size in sizes {
        var dimension = ProtoMessage()
        switch size {
        case .fixed(let value): dimension.add(1, int: value)
        case .named(let name): if !name.isEmpty { dimension.add(2, text: name) }
        }
        shape.add(1, dimension)
      }
      tensor.add(2, shape)
    }
    var typeMessage = ProtoMessage()
    typeMessage.add(1, tensor)
    var message = ProtoMessage()
    message.add(1, text: name)
    message.add(2, typeMessage)
    message.fields += rest.fields
    return message
  }
}

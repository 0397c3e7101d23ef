/// Looks at the bytes of an ONNX file before the runtime does: is it one, is it whole, is everything in it?
///
/// Walks the protocol-buffer fields without reading weights. Only the fields named here are looked into:
/// ModelProto 1 ir_version, 7 graph, 8 opset_import; GraphProto 1 node, 5 initializer; NodeProto 5 attribute;
/// AttributeProto 5 tensor, 6 graph, 10 tensors, 11 graphs; TensorProto 13 external_data, 14 data_location.
struct ModelInspector {
  let bytes: [UInt8]
  let name: String
  private static let maximumDepth = 32

  /// Throws `modelInvalid` for an empty, foreign or cut-off file, or one whose weights lie in other files.
  static func check(_ bytes: [UInt8], name: String) throws {
    let inspector = ModelInspector(bytes: bytes, name: name)
    guard !bytes.isEmpty else { throw inspector.failure("is empty (0 bytes)") }
    var hasVersion = false
    var hasGraph = false
    try inspector.fields(in: 0..<bytes.count) { field, value in
      switch field {
      case 1: hasVersion = true
      case 7:
        hasGraph = true
        try inspector.checkGraph(value, depth: 0)
      default: break
      }
    }
    guard hasVersion, hasGraph else { throw inspector.failure("is not an ONNX model") }
  }

  private func checkGraph(_ range: Range<Int>, depth: Int) throws {
    guard depth < Self.maximumDepth else { throw failure("nests its graphs deeper than \(Self.maximumDepth)") }
    try fields(in: range) { field, value in
      switch field {
      case 1: try checkNode(value, depth: depth)
      case 5: try checkTensor(value)
      default: break
      }
    }
  }

  private func checkNode(_ range: Range<Int>, depth: Int) throws {
    try fields(in: range) { field, attribute in
      guard field == 5 else { return }
      try fields(in: attribute) { field, value in
        switch field {
        case 5, 10: try checkTensor(value)
        case 6, 11: try checkGraph(value, depth: depth + 1)
        default: break
        }
      }
    }
  }

  private func checkTensor(_ range: Range<Int>) throws {
    try fields(in: range) { field, value in
      // data_location 0 is "in this file"; external_data names another one.
      let isExternal = field == 13 || (field == 14 && bytes[value] != [0])
      if isExternal {
        throw failure("keeps weights in another file", hint: "Convert it to a model with its weights inside.")
      }
    }
  }

  /// Calls `body` for each field of a message with the range of its value.
  func fields(in range: Range<Int>, _ body: (Int, Range<Int>) throws -> Void) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let tag = try varint(&position, end: range.upperBound)
      let start = position
      switch tag & 7 {
      case 0: _ = try varint(&position, end: range.upperBound)
      case 1: position += 8
      case 2:
        let length = try varint(&position, end: range.upperBound)
        guard length <= UInt64(range.upperBound - position) else { throw failure("is cut off or damaged") }
        try body(Int(tag >> 3), position..<position + Int(length))
        position += Int(length)
        continue
      case 5: position += 4
      default: throw failure("is not an ONNX model")
      }
      guard position <= range.upperBound else { throw failure("is cut off or damaged") }
      try body(Int(tag >> 3), start..<position)
    }
  }

  /// The numbers of a field that holds one or, packed, several.
  func varints(in range: Range<Int>) throws -> [UInt64] {
    var numbers: [UInt64] = []
    var position = range.lowerBound
    while position < range.upperBound { numbers.append(try varint(&position, end: range.upperBound)) }
    return numbers
  }

  private func varint(_ position: inout Int, end: Int) throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw failure("is cut off or damaged")
  }

  func failure(_ what: String, hint: String = "Fetch it again: likeness models pull.") -> InferenceError {
    InferenceError(.modelInvalid, "The model \(name) \(what).", hint: hint)
  }
}

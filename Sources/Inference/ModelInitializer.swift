/// A constant array that a model file carries: read from the file's bytes, without the runtime.
public struct ModelInitializer: Sendable {
  public let name: String
  public let shape: [Int]
  /// Row-major; single or half precision in the file.
  public let values: [Float]

  /// The last one of the model's graph.
  ///
  /// One published swapper keeps the matrix that its identities are multiplied with there, outside of the network
  /// (models.md §4.1).
  ///
  /// - Throws: ``InferenceError`` `modelInvalid` when the bytes are no model, it has none, or it is not made of floats.
  public static func last(in bytes: [UInt8], model: String) throws -> ModelInitializer {
    let inspector = ModelInspector(bytes: bytes, name: model)
    var last: Range<Int>?
    try inspector.fields(in: 0..<bytes.count) { field, graph in
      guard field == 7 else { return }
      try inspector.fields(in: graph) { field, tensor in
        if field == 5 { last = tensor }
      }
    }
    guard let last else { throw inspector.failure("carries no array of numbers") }
    return try ModelInitializer(last, inspector)
  }

  /// TensorProto: 1 dims, 2 data_type, 4 float_data, 5 int32_data, 8 name, 9 raw_data.
  private init(_ range: Range<Int>, _ inspector: ModelInspector) throws {
    let bytes = inspector.bytes
    var (name, shape, type) = ("", [Int](), ElementType.float32.rawValue)
    var (raw, floats, integers) = (0..<0, [Float](), [UInt16]())
    try inspector.fields(in: range) { field, value in
      switch field {
      case 1: shape += try inspector.varints(in: value).map { Int(truncatingIfNeeded: $0) }
      case 2: type = try inspector.varints(in: value).first.map { Int32(truncatingIfNeeded: $0) } ?? type
      case 4: floats += Self.floats(bytes[value])
      case 5: integers += try inspector.varints(in: value).map { UInt16(truncatingIfNeeded: $0) }
      case 8: name = String(decoding: bytes[value], as: UTF8.self)
      case 9: raw = value
      default: break
      }
    }
    self.name = name
    self.shape = shape
    switch ElementType(rawValue: type) {
    case .float32: values = raw.isEmpty ? floats : Self.floats(bytes[raw])
    case .float16: values = (raw.isEmpty ? integers : Self.halves(bytes[raw])).map(Float.init(halfBits:))
    default: throw inspector.failure("ends with the array \(name) of number type \(type), not of floats")
    }
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard shape.allSatisfy({ $0 > 0 }), values.count == count else {
      throw inspector.failure("ends with the array \(name) of the shape \(shape), but \(values.count) numbers")
    }
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 3, by: 4).map { at in
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      return Float(bitPattern: low | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24)
    }
  }

  private static func halves(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
  }
}

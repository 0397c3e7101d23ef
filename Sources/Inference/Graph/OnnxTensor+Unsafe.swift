/// A constant array of a model.
///
/// TensorProto: 1 dims, 2 data_type, 4 float_data, 5 int32_data, 7 int64_data, 8 name, 9 raw_data.
struct OnnxTensor: Sendable {
  var name: String
  let shape: [Int]
  /// ONNX' code (``ElementType``).
  let type: Int32
  private let content: ProtoMessage
  private let model: String

  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    let message = try ProtoMessage(bytes, model: model)
    name = message.text(8)
    shape = try message.numbers(1, model: model).map { Int(truncatingIfNeeded: $0) }
    type = try message.numbers(2, model: model).last.map { Int32(truncatingIfNeeded: $0) } ?? 0
    var content = message
    content.fields.removeAll { [1, 2, 8].contains($0.number) }
    self.content = content
    self.model = model
  }

  private init(name: String, shape: [Int], type: ElementType, raw: [UInt8], model: String) {
    self.name = name
    self.shape = shape
    self.type = type.rawValue
    self.model = model
    var content = ProtoMessage()
    content.add(9, .bytes(raw[...]))
    self.content = content
  }

  init(name: String, shape: [Int], ints: [Int], model: String) {
    let raw = ints.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    self.init(name: name, shape: shape, type: .int64, raw: raw, model: model)
  }

  var isFloat: Bool { type == ElementType.float32.rawValue }
  var count: Int { shape.reduce(1, *) }
  /// As stored.
  var byteCount: Int { content.encodedSize }

  var message: ProtoMessage {
    var message = ProtoMessage()
    for size in shape { message.add(1, int: size) }
    message.add(2, int: Int(type))
    message.add(8, text: name)
    message.fields += content.fields
    return message
  }

  /// The elements of an int64 tensor.
  func ints() throws -> [Int] {
    guard type == ElementType.int64.rawValue else { return [] }
    if let raw = content.blocks(9).last {
      return stride(from: raw.startIndex, to: raw.endIndex - 7, by: 8).map { start in
        raw[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      }
    }
    return try content.numbers(7, model: model).map { Int(truncatingIfNeeded: $0) }
  }

  /// Calls `body` with the single-precision elements in their little-endian bytes.
  private func withFloats<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let raw = content.blocks(9).last { return raw.withUnsafeBytes(body) }
    var bytes: [UInt8] = []
    for field in content.fields where field.number == 4 {
      switch field.value {
      case .bytes(let packed): bytes += packed
      case .fixed32(let bits): bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
      default: break
      }
    }
    return bytes.withUnsafeBytes(body)
  }

  /// How its numbers would do in half precision.
  struct Range: Sendable, Hashable {
    /// Infinite when an element is not finite.
    var largest: Float = 0
    /// Of those that are not zero; infinite when all are.
    var smallest = Float.infinity
  }

  /// Of a single-precision tensor.
  func range() -> Range {
    withFloats { bytes in
      var range = Range()
      for offset in stride(from: 0, to: bytes.count - 3, by: 4) {
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: Float.self).magnitude
        range.largest = value.isFinite ? max(range.largest, value) : .infinity
        if value > 0 { range.smallest = min(range.smallest, value) }
      }
      return range
    }
  }

  /// The same numbers, each rounded to the nearest in half precision.
  func rounded(name: String) -> OnnxTensor {
    let raw = withFloats { bytes in
      [UInt8](unsafeUninitializedCapacity: bytes.count / 2) { target, count in
        for index in 0..<bytes.count / 4 {
          let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self).halfBits
          target[index * 2] = UInt8(truncatingIfNeeded: bits)
          target[index * 2 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        }
        count = bytes.count / 4 * 2
      }
    }
    return OnnxTensor(name: name, shape: shape, type: .float16, raw: raw, model: model)
  }
}

/// A protocol-buffer message as the list of its fields: read, changed in places, and written again. What nobody asks
/// for stays byte for byte as it was, in its order; large values stay views of the bytes they were read from.
struct ProtoMessage: Sendable {
  enum Value: Sendable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
    case message(ProtoMessage)
  }

  struct Field: Sendable {
    let number: Int
    var value: Value
  }

  var fields: [Field] = []

  init() {}

  /// - Throws: ``InferenceError`` `modelInvalid` for damaged bytes; `model` is for the message.
  init(_ bytes: ArraySlice<UInt8>, model: String) throws {
    var reader = ProtoReader(bytes: bytes, model: model)
    while !reader.isAtEnd { fields.append(try reader.field()) }
  }

  // MARK: Reading

  func numbers(_ number: Int, model: String) throws -> [UInt64] {
    try fields.filter { $0.number == number }.flatMap { field -> [UInt64] in
      switch field.value {
      case .varint(let value): return [value]
      case .bytes(let packed):
        var reader = ProtoReader(bytes: packed, model: model)
        var values: [UInt64] = []
        while !reader.isAtEnd { values.append(try reader.varint()) }
        return values
      default: return []
      }
    }
  }

  func first(_ number: Int) -> Value? { fields.first { $0.number == number }?.value }

  func text(_ number: Int) -> String {
    guard case .bytes(let bytes)? = first(number) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  func blocks(_ number: Int) -> [ArraySlice<UInt8>] {
    fields.compactMap { field in
      guard field.number == number, case .bytes(let bytes) = field.value else { return nil }
      return bytes
    }
  }

  // MARK: Writing

  mutating func add(_ number: Int, _ value: Value) { fields.append(Field(number: number, value: value)) }

  mutating func add(_ number: Int, text: String) { add(number, .bytes(ArraySlice(text.utf8))) }

  mutating func add(_ number: Int, int: Int) { add(number, .varint(UInt64(bitPattern: Int64(int)))) }

  mutating func add(_ number: Int, _ message: ProtoMessage) { add(number, .message(message)) }

  /// The bytes; sizes are known before anything is written, so nothing is copied twice.
  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(encodedSize)
    write(to: &bytes)
    return bytes
  }

  var encodedSize: Int {
    fields.reduce(0) { sum, field in
      let tag = Self.size(UInt64(field.number) << 3)
      switch field.value {
      case .varint(let value): return sum + tag + Self.size(value)
      case .fixed64: return sum + tag + 8
      case .fixed32: return sum + tag + 4
      case .bytes(let bytes): return sum + tag + Self.size(UInt64(bytes.count)) + bytes.count
      case .message(let message):
        let size = message.encodedSize
        return sum + tag + Self.size(UInt64(size)) + size
      }
    }
  }

  private func write(to bytes: inout [UInt8]) {
    for field in fields {
      let tag = UInt64(field.number) << 3
      switch field.value {
      case .varint(let value):
        Self.append(tag, to: &bytes)
        Self.append(value, to: &bytes)
      case .fixed64(let value):
        Self.append(tag | 1, to: &bytes)
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
      case .bytes(let value):
        Self.append(tag | 2, to: &bytes)
        Self.append(UInt64(value.count), to: &bytes)
        bytes += value
      case .message(let message):
        Self.append(tag | 2, to: &bytes)
        Self.append(UInt64(message.encodedSize), to: &bytes)
        message.write(to: &bytes)
      case .fixed32(let value):
        Self.append(tag | 5, to: &bytes)
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
      }
    }
  }

  private static func size(_ value: UInt64) -> Int { max(1, (64 - value.leadingZeroBitCount + 6) / 7) }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Walks through the fields of a message.
private struct ProtoReader {
  let bytes: ArraySlice<UInt8>
  let model: String
  private var position: Int

  init(bytes: ArraySlice<UInt8>, model: String) {
    self.bytes = bytes
    self.model = model
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }

  mutating func field() throws -> ProtoMessage.Field {
    let tag = try varint()
    let number = Int(truncatingIfNeeded: tag >> 3)
    switch tag & 7 {
    case 0: return .init(number: number, value: .varint(try varint()))
    case 1: return .init(number: number, value: .fixed64(try fixed(8)))
    case 2: return .init(number: number, value: .bytes(try block(try varint())))
    case 5: return .init(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw damaged
    }
  }

  mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.endIndex, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw damaged
  }

  private mutating func fixed(_ count: Int) throws -> UInt64 {
    try block(UInt64(count)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func block(_ length: UInt64) throws -> ArraySlice<UInt8> {
    guard length <= UInt64(bytes.endIndex - position) else { throw damaged }
    defer { position += Int(length) }
    return bytes[position..<position + Int(length)]
  }

  private var damaged: InferenceError {
    InferenceError(
      .modelInvalid, "The model \(model) is cut off or damaged.", hint: "Fetch it again: likeness models pull.")
  }
}

/// Writes protocol-buffer fields: just what an ONNX file needs.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  init() {}

  /// - Parameter capacity: bytes that will be written, so that memory is taken once.
  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func varint(_ field: Int, _ value: Int) {
    raw(UInt64(field) << 3)
    raw(UInt64(bitPattern: Int64(value)))
  }

  mutating func float(_ field: Int, _ value: Float) {
    raw(UInt64(field) << 3 | 5)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
    }
  }

  mutating func data(_ field: Int, _ value: [UInt8]) {
    head(field, value.count)
    bytes += value
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  mutating func message(_ field: Int, _ build: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    build(&inner)
    data(field, inner.bytes)
  }

  /// Begins a field of so many bytes, which have to follow.
  mutating func head(_ field: Int, _ count: Int) {
    raw(UInt64(field) << 3 | 2)
    raw(UInt64(count))
  }

  /// Bytes that ``head(_:_:)`` writes.
  static func headSize(_ field: Int, _ count: Int) -> Int {
    var writer = ProtobufWriter()
    writer.head(field, count)
    return writer.bytes.count
  }

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append(_ weights: RandomWeights, count: Int) { weights.append(count: count, to: &bytes) }

  private mutating func raw(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

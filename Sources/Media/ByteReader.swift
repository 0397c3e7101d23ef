/// Reads whole numbers from bytes of a file; anything beyond the end is nil, never a trap.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  var isBigEndian: Bool

  init(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool = true) {
    self.bytes = bytes
    self.isBigEndian = isBigEndian
  }

  init(_ bytes: [UInt8], isBigEndian: Bool = true) {
    self.init(bytes[...], isBigEndian: isBigEndian)
  }

  var count: Int { bytes.count }

  /// `offset` counts from the start of the slice.
  func byte(_ offset: Int) -> Int? {
    guard offset >= 0, offset < bytes.count else { return nil }
    return Int(bytes[bytes.startIndex + offset])
  }

  func number(_ offset: Int, bytes length: Int) -> Int? {
    guard offset >= 0, length > 0, length <= 4, offset <= bytes.count - length else { return nil }
    var value = 0
    for index in 0..<length {
      let next = Int(bytes[bytes.startIndex + offset + index])
      value |= next << (8 * (isBigEndian ? length - 1 - index : index))
    }
    return value
  }

  func word(_ offset: Int) -> Int? { number(offset, bytes: 2) }
  func long(_ offset: Int) -> Int? { number(offset, bytes: 4) }

  func slice(_ offset: Int, count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
    let start = bytes.startIndex + offset
    return bytes[start..<start + count]
  }

  func starts(_ offset: Int = 0, with text: String) -> Bool {
    slice(offset, count: text.utf8.count).map { $0.elementsEqual(text.utf8) } ?? false
  }

  func starts(with start: [UInt8]) -> Bool { bytes.starts(with: start) }
}

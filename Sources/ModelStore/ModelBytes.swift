/// A look at the first bytes of a model file: what is often found in a model's place is called by its name.
enum ModelBytes {
  /// Throws `modelDamaged` for an empty file, a web page, a text with a pointer to the real file, or an archive.
  ///
  /// - Parameter start: at least the first 64 bytes of the file, all of a shorter one.
  static func check(start: some Collection<UInt8>, path: String, hint: String) throws {
    guard let what = disguise(start) else { return }
    throw ModelStoreError(.modelDamaged, "\(path) is no model: \(what).", hint: hint)
  }

  /// Throws `modelDamaged` for a file that ends in the middle of one of its fields, as a broken copy does. Only the
  /// outermost fields are looked at: a model is one protocol-buffer message, and all of its weights lie in one of them.
  static func checkWhole(_ bytes: some RandomAccessCollection<UInt8>, path: String, hint: String) throws {
    guard !isWhole(bytes) else { return }
    throw ModelStoreError(
      .modelDamaged, "\(path) is no whole model: it is cut off or damaged.", hint: hint)
  }

  private static func isWhole<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> Bool {
    var rest = Slice(base: bytes, bounds: bytes.startIndex..<bytes.endIndex)
    while !rest.isEmpty {
      guard let tag = varint(&rest) else { return false }
      let length: UInt64?
      switch tag & 7 {
      case 0: length = varint(&rest) == nil ? nil : 0
      case 1: length = 8
      case 2: length = varint(&rest)
      case 5: length = 4
      default: length = nil
      }
      guard let length, length <= UInt64(rest.count) else { return false }
      rest = rest.dropFirst(Int(length))
    }
    return true
  }

  private static func varint(_ rest: inout Slice<some RandomAccessCollection<UInt8>>) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst(), shift < 64 {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  private static func disguise(_ start: some Collection<UInt8>) -> String? {
    if start.isEmpty { return "it is empty (0 bytes)" }
    let text = String(decoding: start.prefix(64), as: UTF8.self)
      .drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
    if text.hasPrefix("<!doctype") || text.hasPrefix("<html") || text.hasPrefix("<?xml") {
      return "it is a web page, often the message of a server or proxy that refused the download"
    }
    if text.hasPrefix("version https://git-lfs") { return "it is a Git LFS pointer, the model itself lies elsewhere" }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return "it is a ZIP archive and has to be unpacked" }
    if start.prefix(64).allSatisfy({ $0 == 0 }) { return "it begins with zeros only, as a cut-off copy does" }
    return nil
  }
}

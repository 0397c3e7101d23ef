/// A look at the first bytes of a model file: what is often found in a model's place is called by its name.
enum ModelBytes {
  /// Throws `modelDamaged` for an empty file, a web page, a text with a pointer to the real file, or an archive.
  ///
  /// - Parameter start: at least the first 64 bytes of the file, all of a shorter one.
  static func check(start: some Collection<UInt8>, path: String, hint: String) throws {
    guard let what = disguise(start) else { return }
    throw ModelStoreError(.modelDamaged, "\(path) is no model: \(what).", hint: hint)
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

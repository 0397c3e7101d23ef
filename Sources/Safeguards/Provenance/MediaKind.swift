/// What kind of file it is, told by its first bytes.
enum MediaKind: String, Sendable, CaseIterable {
  case jpeg, png, webp, tiff, bmp, gif, avif, heif, mp4, mov, avi, matroska, wav, other

  /// The first bytes of a file; sixteen are enough.
  init(start: [UInt8]) {
    func has(_ text: String, at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: text.utf8) }
    self = .other
    if start.starts(with: [0xff, 0xd8, 0xff]) { self = .jpeg }
    if start.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { self = .png }
    if has("RIFF") {
      self = has("WEBP", at: 8) ? .webp : has("AVI ", at: 8) ? .avi : has("WAVE", at: 8) ? .wav : .other
    }
    if start.starts(with: [0x49, 0x49, 0x2a, 0]) || start.starts(with: [0x4d, 0x4d, 0, 0x2a]) { self = .tiff }
    if has("BM") { self = .bmp }
    if has("GIF8") { self = .gif }
    if start.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) { self = .matroska }
    if has("ftyp", at: 4) {
      self = has("qt  ", at: 8) ? .mov : has("avi", at: 8) ? .avif : .mp4
      if ["heic", "heix", "mif1", "msf1"].contains(where: { has($0, at: 8) }) { self = .heif }
    }
    // QuickTime files of old have no `ftyp`.
    if ["moov", "mdat", "wide", "free", "skip"].contains(where: { has($0, at: 4) }) { self = .mov }
  }

  init(of file: ReadableFile) throws { self.init(start: try file.bytes(at: 0, count: 16)) }

  /// The MIME type under which libc2pa reads and signs such files; nil where it has no place for a manifest.
  var signedType: String? {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .webp: "image/webp"
    case .tiff: "image/tiff"
    case .gif: "image/gif"
    case .avif: "image/avif"
    case .heif: "image/heif"
    case .mp4: "video/mp4"
    case .mov: "video/quicktime"
    case .avi: "video/avi"
    case .wav: "audio/wav"
    case .bmp, .matroska, .other: nil
    }
  }

  /// Marks that a file of this kind has a place for.
  var places: Set<ProvenanceMark> {
    var places: Set<ProvenanceMark> = signedType == nil ? [] : [.c2pa]
    if container != nil { places.formUnion([.xmp, .aigc]) }
    if self == .matroska { places.formUnion([.tags, .aigc]) }
    return places
  }

  /// Marks that it has no place for; tags are not missed where XMP says the same.
  var unheld: [ProvenanceMark] {
    ProvenanceMark.allCases.filter { !places.contains($0) && !($0 == .tags && places.contains(.xmp)) }
  }

  /// The MIME type said of an ingredient.
  var mimeType: String {
    switch self {
    case .bmp: "image/bmp"
    case .matroska: "video/x-matroska"
    default: signedType ?? "application/octet-stream"
    }
  }
}

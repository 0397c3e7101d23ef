import Foundation

/// The picture types that are read and written.
public enum PictureFormat: String, Sendable, Codable, CaseIterable {
  case jpeg, png, webp, bmp, tiff

  /// File name extensions, the usual one first.
  public var suffixes: [String] {
    switch self {
    case .jpeg: ["jpg", "jpeg"]
    case .png: ["png"]
    case .webp: ["webp"]
    case .bmp: ["bmp"]
    case .tiff: ["tiff", "tif"]
    }
  }

  /// From a path's extension, case ignored; nil for anything else.
  public init?(suffixOf path: String) {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard let format = Self.allCases.first(where: { $0.suffixes.contains(suffix) }) else { return nil }
    self = format
  }

  /// From the first bytes of a file.
  init?(content: ByteReader) {
    if content.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if content.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if content.starts(with: "RIFF"), content.starts(8, with: "WEBP") {
      self = .webp
    } else if content.starts(with: "BM"), content.count > 26 {
      self = .bmp
    } else if content.starts(with: [0x49, 0x49, 0x2a, 0]) || content.starts(with: [0x4d, 0x4d, 0, 0x2a]) {
      self = .tiff
    } else {
      return nil
    }
  }

  static var namesForUsers: String { "JPEG, PNG, WebP, BMP or TIFF" }

  /// What a file that is no such picture seems to be.
  static func guess(_ content: ByteReader) -> String {
    if content.starts(with: "GIF8") { return "a GIF animation" }
    if content.starts(4, with: "ftyp") {
      return content.starts(8, with: "heic") || content.starts(8, with: "mif1") || content.starts(8, with: "avif")
        ? "a HEIF or AVIF picture" : "a video"
    }
    if content.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) { return "a Matroska or WebM video" }
    if content.starts(with: "%PDF") { return "a PDF document" }
    if content.starts(with: "8BPS") { return "a Photoshop document" }
    let isText = content.bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7f || [9, 10, 13].contains($0) }
    return isText ? "text" : "something else"
  }
}

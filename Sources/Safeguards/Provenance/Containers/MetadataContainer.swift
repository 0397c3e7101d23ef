/// Where a file format keeps XMP. Only headers are read; the content of a file stays where it is.
protocol MetadataContainer {
  /// The XMP packet; nil when there is none. Throws `marking` for a file that is damaged or cannot be read.
  static func packet(in file: ReadableFile) throws -> [UInt8]?

  /// The file with `packet` in place of any XMP it has; nil where this file has no room for it. Throws as ``packet(in:)``.
  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile?

  /// The label where the format keeps it outside the XMP.
  static func aigc(in file: ReadableFile) throws -> AIGCLabel?
}

extension MetadataContainer {
  static func aigc(in file: ReadableFile) throws -> AIGCLabel? { nil }
}

extension SafeguardsError {
  static func damaged(_ file: ReadableFile, _ what: String) -> SafeguardsError {
    SafeguardsError(.marking, "\(file.path) is damaged: \(what).")
  }
}

extension MediaKind {
  /// nil for formats without a place for XMP, or where only the muxer can write it.
  var container: (any MetadataContainer.Type)? {
    switch self {
    case .jpeg: JPEGContainer.self
    case .png: PNGContainer.self
    case .webp: WebPContainer.self
    case .avi: AVIContainer.self
    case .tiff: TIFFContainer.self
    case .mp4: MP4Container.self
    case .mov: MOVContainer.self
    case .bmp, .gif, .avif, .heif, .matroska, .wav, .other: nil
    }
  }
}

/// Numbers as bytes.
enum ByteOrder {
  static func big32(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
  static func big64(_ value: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }
  static func little32(_ value: Int) -> [UInt8] { big32(value).reversed() }
}

import Foundation
public import Imaging

/// Reads and writes picture files.
public enum PictureFile {
  /// Millions of pixels that are read unless the user allows more.
  public static let defaultLimitMegapixels = 64.0

  /// Reads a JPEG, PNG, WebP, BMP or TIFF picture (known by its content, not its name); of several pictures the first.
  ///
  /// EXIF orientation is applied. Grey stays grey, 16 bits stay 16 bits, CMYK and palettes become RGB, alpha is kept.
  ///
  /// - Parameters:
  ///   - limitMegapixels: Larger pictures are refused before they are decoded.
  ///   - toleratesDamage: Deliver what can be read of a broken file instead of throwing.
  ///
  /// Throws: notFound, emptyFile, unreadable, notAPicture, tooLarge, damaged, decoderUnavailable.
  public static func read(
    _ path: String, limitMegapixels: Double = defaultLimitMegapixels, toleratesDamage: Bool = false
  ) throws -> Picture {
    try InputFile.checkIsReadableFile(path)
    let bytes = try contents(of: path)
    let header = try header(of: bytes, path: path, limitMegapixels: limitMegapixels)
    if !header.isComplete, !toleratesDamage { throw damaged(path, "its end is missing") }
    let single = header.format == .webp ? WebPFile.firstPicture(of: bytes) : bytes
    return try PictureDecoder.decode(single, header: header, path: path, toleratesDamage: toleratesDamage)
  }

  /// True when the file's content is one of the picture types.
  public static func isPicture(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path), let start = try? handle.read(upToCount: 64) else {
      return false
    }
    return PictureFormat(content: ByteReader(Array(start))) != nil
  }

  /// Writes a picture in the type of the path's extension, beside the final name first.
  ///
  /// - Parameters:
  ///   - quality: 0…100 for JPEG (quantiser `round(31 − 0.31·quality)`, at least 1; 4:4:4 from 80 on) and WebP.
  ///   - scale: 0.25…8; 1 keeps the size exactly, else ``VideoOutput/scaledSize(_:by:)``.
  ///   - original: What `scale` is relative to; nil = the picture's own size.
  ///   - inputs: Files that must not be overwritten.
  ///   - completing: Given the complete file while it still has its hidden name, to add to it; what it throws ends the
  ///     writing and leaves nothing behind.
  ///   - began: Given the path of the hidden file as soon as it is there, for whoever has to end the program at once.
  /// - Returns: What could not be kept, in sentences for the user.
  ///
  /// Throws: badSetting, unknownContainer, folderMissing, notWritable, outputEqualsInput, diskFull, encoderUnavailable.
  @discardableResult
  public static func write(
    _ picture: Picture, to path: String, quality: Int = 80, scale: Double = 1, of original: PixelSize? = nil,
    inputs: [String] = [],
    completing: (_ hiddenPath: String) throws -> Void = { _ in }, began: (_ hiddenPath: String) -> Void = { _ in }
  ) throws -> [String] {
    guard (0...100).contains(quality) else {
      throw MediaError(.badSetting, "The picture quality is \(quality), which is not between 0 and 100.")
    }
    guard (0.25...8).contains(scale) else {
      throw MediaError(.badSetting, "The picture scale is \(scale), which is not between 0.25 and 8.")
    }
    guard let format = PictureFormat(suffixOf: path) else {
      let known = PictureFormat.allCases.flatMap(\.suffixes).map { ".\($0)" }.joined(separator: ", ")
      throw MediaError(
        .unknownContainer, "The output type of '\(path)' is not known.", hint: "Pictures are written as \(known).")
    }
    let file = try PartialFile(finalPath: path, inputs: inputs + [picture.path].compactMap { $0 })
    began(file.path)
    do {
      let size = VideoOutput.scaledSize(original ?? picture.frame.size, by: scale)
      let encoded = try PictureEncoder.encode(picture, as: format, quality: quality, size: size)
      try file.store(encoded.bytes)
      try completing(file.path)
      try file.commit()
      return encoded.warnings
    } catch {
      file.remove()
      throw error
    }
  }

  static func damaged(_ path: String, _ reason: String) -> MediaError {
    MediaError(
      .damaged, "The picture '\(path)' is damaged: \(reason).",
      hint: "With '--on-damage continue' the readable part is processed.")
  }

  static func contents(of path: String) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw MediaError(.unreadable, "'\(path)' cannot be read.", underlying: error)
    }
  }

  static func header(of bytes: [UInt8], path: String, limitMegapixels: Double) throws -> PictureHeader {
    guard let header = PictureHeader(bytes) else {
      let guess = PictureFormat.guess(ByteReader(bytes))
      throw MediaError(
        .notAPicture, "'\(path)' is no \(PictureFormat.namesForUsers) picture; its content looks like \(guess).",
        hint: "The content decides, not the name.")
    }
    guard header.size.area > 0 else { throw damaged(path, "its header states no size") }
    let megapixels = Double(header.size.width) * Double(header.size.height) / 1e6
    guard megapixels <= limitMegapixels else {
      throw MediaError(
        .tooLarge,
        "'\(path)' has \(header.size) pixels (\((megapixels * 10).rounded() / 10) million); the limit is "
          + "\(limitMegapixels) million.", hint: "Make it smaller or raise the limit.")
    }
    return header
  }
}

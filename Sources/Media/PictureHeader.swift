import Imaging

/// What the first structures of a picture file tell, read before a single pixel is decoded.
struct PictureHeader: Equatable {
  var format: PictureFormat
  /// Size as stored, before orientation.
  var size: PixelSize
  var orientation: Orientation = .upright
  /// The file's last structure is there.
  var isComplete = true

  /// nil when the content is none of the picture types; `size` is 0x0 when its header is broken.
  init?(_ bytes: [UInt8]) {
    let reader = ByteReader(bytes)
    guard let format = PictureFormat(content: reader) else { return nil }
    self.format = format
    size = PixelSize(width: 0, height: 0)
    switch format {
    case .jpeg: readJPEG(reader)
    case .png: readPNG(reader)
    case .webp: readWebP(reader)
    case .bmp: readBMP(reader)
    case .tiff: readTIFF(reader)
    }
  }

  private mutating func setSize(_ width: Int?, _ height: Int?) {
    guard let width, let height, width > 0, height > 0 else { return }
    size = PixelSize(width: width, height: height)
  }

  private mutating func setOrientation(_ value: Int?) {
    orientation = value.flatMap(Orientation.init(rawValue:)) ?? .upright
  }

  // MARK: JPEG

  private mutating func readJPEG(_ file: ByteReader) {
    var offset = 2
    while let mark = file.byte(offset), let kind = file.byte(offset + 1) {
      guard mark == 0xff else { break }
      // Fill bytes, and marks without content.
      if kind == 0xff {
        offset += 1
        continue
      }
      if kind == 0x01 || (0xd0...0xd8).contains(kind) {
        offset += 2
        continue
      }
      guard let length = file.word(offset + 2), length >= 2 else { break }
      let isFrame = (0xc0...0xcf).contains(kind) && kind != 0xc4 && kind != 0xc8 && kind != 0xcc
      if isFrame { setSize(file.word(offset + 7), file.word(offset + 5)) }
      if kind == 0xe1, file.starts(offset + 4, with: "Exif\0\0"),
        let exif = file.slice(offset + 10, count: max(0, length - 8))
      {
        setOrientation(Self.orientation(exif: exif))
      }
      if kind == 0xda || kind == 0xd9 { break }
      offset += 2 + length
    }
    isComplete = Self.hasEndMark(file, from: offset)
  }

  /// The last `FF D9`; some programs append data of their own, so it is searched for.
  private static func hasEndMark(_ file: ByteReader, from start: Int) -> Bool {
    var offset = file.count - 2
    while offset > start {
      if file.byte(offset + 1) == 0xd9, file.byte(offset) == 0xff { return true }
      offset -= 1
    }
    return false
  }

  // MARK: PNG

  private mutating func readPNG(_ file: ByteReader) {
    isComplete = false
    var offset = 8
    while let length = file.long(offset), file.slice(offset + 4, count: 4) != nil {
      if file.starts(offset + 4, with: "IHDR") { setSize(file.long(offset + 8), file.long(offset + 12)) }
      if file.starts(offset + 4, with: "eXIf"), let exif = file.slice(offset + 8, count: length) {
        setOrientation(Self.orientation(exif: exif))
      }
      if file.starts(offset + 4, with: "IEND") {
        isComplete = true
        return
      }
      offset += 12 + length
    }
  }

  // MARK: WebP

  private mutating func readWebP(_ file: ByteReader) {
    let reader = ByteReader(file.bytes, isBigEndian: false)
    isComplete = reader.long(4).map { $0 + 8 <= reader.count + 1 } ?? false
    var offset = 12
    while let length = reader.long(offset + 4) {
      let start = offset + 8
      if reader.starts(offset, with: "VP8X") {
        setSize(
          reader.number(start + 4, bytes: 3).map { $0 + 1 }, reader.number(start + 7, bytes: 3).map { $0 + 1 })
      } else if reader.starts(offset, with: "VP8 "), size.area == 0 {
        setSize(reader.word(start + 6).map { $0 & 0x3fff }, reader.word(start + 8).map { $0 & 0x3fff })
      } else if reader.starts(offset, with: "VP8L"), size.area == 0, let bits = reader.long(start + 1) {
        setSize((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
      } else if reader.starts(offset, with: "EXIF"), let exif = reader.slice(start, count: length) {
        // Some writers keep JPEG's prefix.
        setOrientation(Self.orientation(exif: exif.starts(with: Array("Exif\0\0".utf8)) ? exif.dropFirst(6) : exif))
      }
      offset = start + length + length % 2
    }
  }

  // MARK: BMP and TIFF

  private mutating func readBMP(_ file: ByteReader) {
    let reader = ByteReader(file.bytes, isBigEndian: false)
    if reader.long(14) == 12 {
      setSize(reader.word(18), reader.word(20))
    } else if let height = reader.long(22) {
      // A negative height means rows from the top down.
      setSize(reader.long(18), height >= 1 << 31 ? (1 << 32) - height : height)
    }
  }

  private mutating func readTIFF(_ file: ByteReader) {
    let tags = Self.firstDirectory(file.bytes)
    setSize(tags[256], tags[257])
    setOrientation(tags[274])
  }

  /// The orientation tag of an EXIF block (a TIFF structure).
  private static func orientation(exif: ArraySlice<UInt8>) -> Int? { firstDirectory(exif)[274] }

  /// Short and long values of the first directory of a TIFF structure, by tag; the first value of each.
  static func firstDirectory(_ bytes: ArraySlice<UInt8>) -> [Int: Int] {
    let isBig = bytes.first == 0x4d
    let reader = ByteReader(bytes, isBigEndian: isBig)
    guard reader.starts(with: isBig ? "MM" : "II"), let start = reader.long(4), let count = reader.word(start) else {
      return [:]
    }
    var tags: [Int: Int] = [:]
    for index in 0..<count {
      let entry = start + 2 + 12 * index
      guard let tag = reader.word(entry), let type = reader.word(entry + 2) else { break }
      // 3 = 16 bits, 4 = 32 bits; a single value stands in the entry itself.
      if type == 3 { tags[tag] = reader.word(entry + 8) }
      if type == 4 { tags[tag] = reader.long(entry + 8) }
    }
    return tags
  }
}

/// JPEG: an APP1 segment behind the ones a decoder wants first (XMP specification, part 3, §1.1.3).
enum JPEGContainer: MetadataContainer {
  private static let name = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  private static let extensionName = Array("http://ns.adobe.com/xmp/extension/\0".utf8)

  private struct Segment {
    let marker: UInt8
    let range: Range<Int>
    /// The first bytes of its content.
    let start: [UInt8]

    var isXMP: Bool { marker == 0xe1 && (start.starts(with: name) || start.starts(with: extensionName)) }
  }

  /// The segments before the first scan.
  private static func segments(_ file: ReadableFile) throws -> [Segment] {
    var segments: [Segment] = []
    var offset = 2
    while true {
      let head = try file.bytes(at: offset, count: 4)
      guard head.count >= 2, head[0] == 0xff else {
        throw SafeguardsError.damaged(file, "no JPEG segment at byte \(offset)")
      }
      switch head[1] {
      case 0xff: offset += 1
      case 0x01, 0xd0...0xd8: offset += 2
      case 0xd9, 0xda: return segments
      default:
        let length = head.count == 4 ? Int(head[2]) << 8 | Int(head[3]) : 0
        guard length >= 2, offset + 2 + length <= file.size else {
          throw SafeguardsError.damaged(file, "the JPEG segment at byte \(offset) is cut off")
        }
        let start = try file.bytes(at: offset + 4, count: min(length - 2, 40))
        segments.append(Segment(marker: head[1], range: offset..<offset + 2 + length, start: start))
        offset += 2 + length
      }
    }
  }

  static func packet(in file: ReadableFile) throws -> [UInt8]? {
    guard let segment = try segments(file).first(where: { $0.marker == 0xe1 && $0.start.starts(with: name) }) else {
      return nil
    }
    let start = segment.range.lowerBound + 4 + name.count
    return try file.bytes(at: start, count: segment.range.upperBound - start)
  }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    let content = name + packet
    guard content.count + 2 <= 0xffff else { return nil }
    let segments = try segments(file)
    // JFIF and Exif keep the places their readers expect them in.
    let leading = segments.prefix { $0.marker == 0xe0 || ($0.marker == 0xe1 && $0.start.starts(with: "Exif".utf8)) }
    let place = leading.last?.range.upperBound ?? 2
    let length = content.count + 2
    var pieces: [SplicedFile.Piece] = [
      .file(0..<place), .bytes([0xff, 0xe1, UInt8(length >> 8), UInt8(length & 0xff)] + content),
    ]
    var done = place
    for old in segments where old.isXMP {
      pieces.append(.file(done..<old.range.lowerBound))
      done = old.range.upperBound
    }
    return SplicedFile(file, pieces + [.file(done..<file.size)])
  }
}

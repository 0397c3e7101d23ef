/// PNG: an `iTXt` chunk behind the header (XMP specification, part 3, §1.1.5).
enum PNGContainer: MetadataContainer {
  private static let keyword = Array("XML:com.adobe.xmp\0".utf8)

  private struct Chunk {
    let kind: [UInt8]
    /// Length, type, content and sum.
    let range: Range<Int>
    let isXMP: Bool
  }

  private static func chunks(_ file: ReadableFile) throws -> [Chunk] {
    var chunks: [Chunk] = []
    var offset = 8
    while offset < file.size {
      let head = try file.bytes(at: offset, count: 8 + keyword.count)
      guard head.count >= 8 else { throw SafeguardsError.damaged(file, "the PNG chunk at byte \(offset) is cut off") }
      let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
      let end = offset + 12 + length
      guard end <= file.size else { throw SafeguardsError.damaged(file, "the PNG chunk at byte \(offset) is cut off") }
      let kind = Array(head[4..<8])
      let isXMP = kind == Array("iTXt".utf8) && length >= keyword.count && Array(head[8...]) == keyword
      chunks.append(Chunk(kind: kind, range: offset..<end, isXMP: isXMP))
      if kind == Array("IEND".utf8) { return chunks }
      offset = end
    }
    throw SafeguardsError.damaged(file, "the PNG file has no end")
  }

  static func packet(in file: ReadableFile) throws -> [UInt8]? {
    guard let chunk = try chunks(file).first(where: \.isXMP) else { return nil }
    let content = try file.bytes(at: chunk.range.lowerBound + 8, count: min(chunk.range.count - 12, XMPPacket.limit))
    // Behind the keyword: compressed or not, method, then language and translated keyword, each ended by a zero.
    let rest = content.dropFirst(keyword.count)
    guard rest.first == 0 else { return nil }
    let texts = rest.dropFirst(2)
    guard let language = texts.firstIndex(of: 0), let translated = texts[(language + 1)...].firstIndex(of: 0) else {
      return nil
    }
    return Array(texts[(translated + 1)...])
  }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    let chunks = try chunks(file)
    guard let header = chunks.first, header.kind == Array("IHDR".utf8) else {
      throw SafeguardsError.damaged(file, "the PNG file does not begin with its header")
    }
    let typed = Array("iTXt".utf8) + keyword + [0, 0, 0, 0] + packet
    let chunk = ByteOrder.big32(typed.count - 4) + typed + ByteOrder.big32(Int(checksum(typed)))
    var pieces: [SplicedFile.Piece] = [.file(0..<header.range.upperBound), .bytes(chunk)]
    var done = header.range.upperBound
    for old in chunks where old.isXMP {
      pieces.append(.file(done..<old.range.lowerBound))
      done = old.range.upperBound
    }
    return SplicedFile(file, pieces + [.file(done..<file.size)])
  }

  /// CRC-32 of the PNG specification, annex D.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
    }
    return ~sum
  }
}

/// The chunks of a RIFF file.
struct RIFFFile {
  struct Chunk {
    let kind: String
    /// Header, content and padding.
    let range: Range<Int>
    let length: Int

    var content: Int { range.lowerBound + 8 }
  }

  let file: ReadableFile
  /// Where the outermost chunk ends.
  let end: Int
  let chunks: [Chunk]

  init(_ file: ReadableFile) throws {
    self.file = file
    guard let length = try file.number(at: 4, bytes: 4, isLittleEndian: true), length >= 4, 8 + length <= file.size
    else {
      throw SafeguardsError.damaged(file, "the RIFF file is cut off")
    }
    end = 8 + length
    var chunks: [Chunk] = []
    var offset = 12
    while offset < end {
      let kind = try file.bytes(at: offset, count: 4)
      guard let length = try file.number(at: offset + 4, bytes: 4, isLittleEndian: true), offset + 8 + length <= end
      else { throw SafeguardsError.damaged(file, "the RIFF chunk at byte \(offset) is cut off") }
      let next = min(offset + 8 + length + length % 2, end)
      chunks.append(Chunk(kind: String(decoding: kind, as: UTF8.self), range: offset..<next, length: length))
      offset = next
    }
    self.chunks = chunks
  }

  func packet(_ kind: String) throws -> [UInt8]? {
    guard let chunk = chunks.first(where: { $0.kind == kind }) else { return nil }
    return try file.bytes(at: chunk.content, count: min(chunk.length, XMPPacket.limit))
  }

  static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    Array(kind.utf8) + ByteOrder.little32(content.count) + content + (content.count % 2 == 1 ? [0] : [])
  }
}

/// WebP: a chunk `XMP ` at the end, and a bit in the extended header, which a simple file does not have yet.
enum WebPContainer: MetadataContainer {
  static func packet(in file: ReadableFile) throws -> [UInt8]? { try RIFFFile(file).packet("XMP ") }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    let riff = try RIFFFile(file)
    guard let first = riff.chunks.first, first.length >= 5 else {
      throw SafeguardsError.damaged(file, "the WebP file has no picture")
    }
    var pieces: [SplicedFile.Piece] = []
    var rest = riff.chunks[...]
    if first.kind == "VP8X" {
      var header = try file.bytes(at: first.range.lowerBound, count: first.range.count)
      header[8] |= 0x04
      pieces.append(.bytes(header))
      rest = rest.dropFirst()
    } else {
      pieces.append(.bytes(RIFFFile.chunk("VP8X", try extendedHeader(file, first))))
    }
    pieces += rest.filter { $0.kind != "XMP " }.map { .file($0.range) }
    pieces.append(.bytes(RIFFFile.chunk("XMP ", packet)))
    let length = pieces.reduce(4) { $0 + $1.count }
    guard length <= Int(UInt32.max) - 8 else { return nil }
    let start = Array("RIFF".utf8) + ByteOrder.little32(length) + Array("WEBP".utf8)
    return SplicedFile(file, [.bytes(start)] + pieces + [.file(riff.end..<file.size)])
  }

  /// Flags and size, from the header of the one picture in it (RFC 9649, §2.5 to §2.7).
  private static func extendedHeader(_ file: ReadableFile, _ picture: RIFFFile.Chunk) throws -> [UInt8] {
    let start = try file.bytes(at: picture.content, count: 10).map(Int.init)
    var flags = 0x04
    let (width, height): (Int, Int)
    if picture.kind == "VP8L", start.count >= 5, start[0] == 0x2f {
      let bits = start[1] | start[2] << 8 | start[3] << 16 | start[4] << 24
      (width, height) = (bits & 0x3fff, bits >> 14 & 0x3fff)
      if bits >> 28 & 1 == 1 { flags |= 0x10 }
    } else if picture.kind == "VP8 ", start.count == 10, start[3...5].elementsEqual([0x9d, 0x01, 0x2a]) {
      (width, height) = ((start[6] | start[7] << 8) & 0x3fff - 1, (start[8] | start[9] << 8) & 0x3fff - 1)
    } else {
      throw SafeguardsError.damaged(file, "the WebP file has no picture")
    }
    guard width >= 0, height >= 0 else { throw SafeguardsError.damaged(file, "the WebP picture has no size") }
    return ByteOrder.little32(flags) + ByteOrder.little32(width).prefix(3) + ByteOrder.little32(height).prefix(3)
  }
}

/// AVI: a chunk `_PMX` at the end (XMP specification, part 3, §1.2.2). Files above a gigabyte have several outermost
/// chunks and no room for it.
enum AVIContainer: MetadataContainer {
  static func packet(in file: ReadableFile) throws -> [UInt8]? { try RIFFFile(file).packet("_PMX") }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    let riff = try RIFFFile(file)
    let chunk = RIFFFile.chunk("_PMX", packet)
    // Frames are found by their places, so nothing before the end may move.
    guard riff.end == file.size, riff.end % 2 == 0, riff.end + chunk.count <= Int(Int32.max) else { return nil }
    let kept = riff.chunks.last?.kind == "_PMX" ? riff.chunks[riff.chunks.count - 1].range.lowerBound : riff.end
    let length = ByteOrder.little32(kept + chunk.count - 8)
    return SplicedFile(file, [.file(0..<4), .bytes(length), .file(8..<kept), .bytes(chunk)])
  }
}

/// The chunks of a WebP file, as far as libavcodec leaves them to us.
enum WebPFile {
  private struct Chunk {
    var name: String
    var content: ArraySlice<UInt8>
  }

  private static func chunks(_ bytes: ArraySlice<UInt8>) -> [Chunk] {
    let reader = ByteReader(bytes, isBigEndian: false)
    var result: [Chunk] = []
    var offset = 0
    while let name = reader.slice(offset, count: 4), let length = reader.long(offset + 4) {
      let content = reader.slice(offset + 8, count: min(length, max(0, reader.count - offset - 8))) ?? []
      result.append(Chunk(name: String(decoding: name, as: UTF8.self), content: content))
      offset += 8 + length + length % 2
    }
    return result
  }

  private static func file(_ chunks: [Chunk]) -> [UInt8] {
    var body = Array("WEBP".utf8)
    for chunk in chunks {
      body += Array(chunk.name.utf8) + littleEndian(chunk.content.count, bytes: 4) + chunk.content
      if chunk.content.count % 2 == 1 { body.append(0) }
    }
    return Array("RIFF".utf8) + littleEndian(body.count, bytes: 4) + body
  }

  private static func littleEndian(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The extended header: features, then width and height less one in 24 bits each.
  private static func extendedHeader(hasAlpha: Bool, hasProfile: Bool, width: Int, height: Int) -> Chunk {
    let features = (hasAlpha ? 0x10 : 0) | (hasProfile ? 0x20 : 0)
    let content =
      littleEndian(features, bytes: 4) + littleEndian(width - 1, bytes: 3) + littleEndian(height - 1, bytes: 3)
    return Chunk(name: "VP8X", content: content[...])
  }

  /// Of an animation, a file with its first picture only (libavcodec reads none); other files as they are.
  static func firstPicture(of bytes: [UInt8]) -> [UInt8] {
    let all = chunks(bytes.dropFirst(12))
    guard let first = all.first(where: { $0.name == "ANMF" }), first.content.count > 16 else { return bytes }
    let reader = ByteReader(first.content, isBigEndian: false)
    guard let width = reader.number(6, bytes: 3), let height = reader.number(9, bytes: 3) else { return bytes }
    let inner = chunks(first.content.dropFirst(16))
    let hasAlpha = inner.contains { $0.name == "ALPH" }
    let profile = all.filter { $0.name == "ICCP" }
    let header = extendedHeader(
      hasAlpha: hasAlpha, hasProfile: !profile.isEmpty, width: width + 1, height: height + 1)
    return file([header] + profile + inner.filter { ["ALPH", "VP8 ", "VP8L"].contains($0.name) })
  }

  /// The same picture with a colour profile.
  static func adding(profile: [UInt8], to bytes: [UInt8], width: Int, height: Int) -> [UInt8] {
    let pictures = chunks(bytes.dropFirst(12)).filter { ["ALPH", "VP8 ", "VP8L"].contains($0.name) }
    let hasAlpha = pictures.contains { chunk in
      // The lossless header has an alpha flag in bit 28 after its signature.
      chunk.name == "ALPH" || (chunk.name == "VP8L" && (ByteReader(chunk.content).byte(4) ?? 0) & 0x10 != 0)
    }
    let header = extendedHeader(hasAlpha: hasAlpha, hasProfile: true, width: width, height: height)
    return file([header, Chunk(name: "ICCP", content: profile[...])] + pictures)
  }
}

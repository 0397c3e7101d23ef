/// TIFF: tag 700 of the first directory (XMP specification, part 3, §1.1.6). A new directory is written behind the file;
/// the old one stays as unused bytes, so no other structure moves.
enum TIFFContainer: MetadataContainer {
  private static let tag = 700

  private struct Directory {
    let isLittleEndian: Bool
    /// Twelve bytes each.
    var entries: [[UInt8]]
    /// The place of the directory after this one, four bytes.
    let next: [UInt8]

    func number(_ bytes: some Collection<UInt8>) -> Int {
      (isLittleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
    }

    func bytes(_ value: Int, count: Int) -> [UInt8] {
      let big = Array(ByteOrder.big32(value).suffix(count))
      return isLittleEndian ? big.reversed() : big
    }

    func tag(_ entry: [UInt8]) -> Int { number(entry[..<2]) }
  }

  private static func directory(_ file: ReadableFile) throws -> Directory {
    let isLittle = try file.bytes(at: 0, count: 1) == [0x49]
    guard let place = try file.number(at: 4, bytes: 4, isLittleEndian: isLittle),
      let count = try file.number(at: place, bytes: 2, isLittleEndian: isLittle), count > 0
    else { throw SafeguardsError.damaged(file, "the TIFF directory is missing") }
    let bytes = try file.bytes(at: place + 2, count: count * 12 + 4)
    guard bytes.count == count * 12 + 4 else { throw SafeguardsError.damaged(file, "the TIFF directory is cut off") }
    let entries = (0..<count).map { Array(bytes[$0 * 12..<$0 * 12 + 12]) }
    return Directory(isLittleEndian: isLittle, entries: entries, next: Array(bytes.suffix(4)))
  }

  static func packet(in file: ReadableFile) throws -> [UInt8]? {
    let directory = try directory(file)
    guard let entry = directory.entries.first(where: { directory.tag($0) == tag }) else { return nil }
    let (count, place) = (directory.number(entry[4..<8]), directory.number(entry[8...]))
    guard count > 4, place + count <= file.size else {
      throw SafeguardsError.damaged(file, "the XMP lies outside the TIFF file")
    }
    return try file.bytes(at: place, count: min(count, XMPPacket.limit))
  }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    var directory = try directory(file)
    let place = file.size + file.size % 2
    let directoryPlace = place + packet.count + packet.count % 2
    guard directoryPlace <= Int(UInt32.max) - 65536 * 12, directory.entries.count < 65535 else { return nil }
    directory.entries = directory.entries.filter { directory.tag($0) != tag }
    let entry =
      directory.bytes(tag, count: 2) + directory.bytes(1, count: 2) + directory.bytes(packet.count, count: 4)
      + directory.bytes(place, count: 4)
    let index = directory.entries.firstIndex { directory.tag($0) > tag } ?? directory.entries.count
    directory.entries.insert(entry, at: index)
    let written =
      directory.bytes(directory.entries.count, count: 2) + directory.entries.flatMap { $0 } + directory.next
    return SplicedFile(
      file,
      [
        .file(0..<4), .bytes(directory.bytes(directoryPlace, count: 4)), .file(8..<file.size),
        .bytes([UInt8](repeating: 0, count: file.size % 2) + packet),
        .bytes([UInt8](repeating: 0, count: packet.count % 2) + written),
      ])
  }
}

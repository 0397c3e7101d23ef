/// MP4: XMP in a `uuid` box at the end (XMP specification, part 3, §1.2.7), and the label among the movie's tags, where
/// players and ffprobe show it as `AIGC`.
enum MP4Container: MetadataContainer {
  static func packet(in file: ReadableFile) throws -> [UInt8]? { try MovieFile(file).packet() }
  static func aigc(in file: ReadableFile) throws -> AIGCLabel? { try MovieFile(file).aigc() }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    try MovieFile(file).spliced(packet: packet, aigc: aigc, isQuickTime: false)
  }
}

/// QuickTime: as MP4.
enum MOVContainer: MetadataContainer {
  static func packet(in file: ReadableFile) throws -> [UInt8]? { try MovieFile(file).packet() }
  static func aigc(in file: ReadableFile) throws -> AIGCLabel? { try MovieFile(file).aigc() }

  static func spliced(_ file: ReadableFile, packet: [UInt8], aigc: AIGCLabel) throws -> SplicedFile? {
    try MovieFile(file).spliced(packet: packet, aigc: aigc, isQuickTime: true)
  }
}

private struct MovieFile {
  private static let identifier: [UInt8] = [
    0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac,
  ]
  /// A movie header beyond this is not rewritten.
  private static let headerLimit = 256 << 20

  private let file: ReadableFile
  private let boxes: [ISOBox]

  init(_ file: ReadableFile) throws {
    self.file = file
    guard let boxes = try ISOBox.all(in: 0..<file.size, read: { try file.bytes(at: $0, count: $1)[...] }) else {
      throw SafeguardsError.damaged(file, "its boxes do not fit into it")
    }
    self.boxes = boxes
  }

  private func isXMP(_ box: ISOBox) throws -> Bool {
    try box.kind == "uuid" && box.content.count >= 16
      && file.bytes(at: box.content.lowerBound, count: 16) == Self.identifier
  }

  func packet() throws -> [UInt8]? {
    guard let box = try boxes.first(where: { try isXMP($0) }) else { return nil }
    return try file.bytes(at: box.content.lowerBound + 16, count: min(box.content.count - 16, XMPPacket.limit))
  }

  func aigc() throws -> AIGCLabel? {
    guard let movie = boxes.first(where: { $0.kind == "moov" }), movie.range.count <= Self.headerLimit else {
      return nil
    }
    let header = try file.bytes(at: movie.content.lowerBound, count: movie.content.count)
    return MovieHeader(header).tag("AIGC").flatMap(AIGCLabel.init(json:))
  }

  func spliced(packet: [UInt8], aigc: AIGCLabel, isQuickTime: Bool) throws -> SplicedFile? {
    guard let last = boxes.last, let movie = boxes.first(where: { $0.kind == "moov" }) else {
      throw SafeguardsError.damaged(file, "it has no movie header")
    }
    // A last box of unstated size goes on to the end of the file, whatever is put there.
    guard try file.number(at: last.range.lowerBound, bytes: 4) != 0 else { return nil }
    var pieces: [SplicedFile.Piece] = []
    for box in boxes {
      if try isXMP(box) {
        // Becomes free space of the same size, so that nothing moves.
        let length = try file.bytes(at: box.range.lowerBound, count: 4)
        let rest = (box.range.lowerBound + 8)..<box.range.upperBound
        pieces += [.bytes(length + Array("free".utf8)), .file(rest)]
      } else if box.range == movie.range, let changed = try header(movie, aigc: aigc, isQuickTime: isQuickTime) {
        pieces.append(.bytes(ISOBox.make("moov", changed)))
      } else {
        pieces.append(.file(box.range))
      }
    }
    // An index of fragments has to stay the last box.
    let place = last.kind == "mfra" ? pieces.count - 1 : pieces.count
    pieces.insert(.bytes(ISOBox.make("uuid", Self.identifier + packet)), at: place)
    return SplicedFile(file, pieces)
  }

  /// The content of the movie header with the label as a tag; nil where it is better left alone.
  private func header(_ movie: ISOBox, aigc: AIGCLabel, isQuickTime: Bool) throws -> [UInt8]? {
    guard movie.headerSize == 8, movie.range.count <= Self.headerLimit, !boxes.contains(where: { $0.kind == "moof" })
    else { return nil }
    let content = try file.bytes(at: movie.content.lowerBound, count: movie.content.count)
    return MovieHeader(content).setting("AIGC", aigc.json, isQuickTime: isQuickTime, end: movie.range.upperBound)
  }
}

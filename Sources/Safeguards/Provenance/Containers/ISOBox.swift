/// A box of an ISO base media file (MP4) or an atom of QuickTime.
struct ISOBox {
  let kind: String
  let range: Range<Int>
  let headerSize: Int

  var content: Range<Int> { (range.lowerBound + headerSize)..<range.upperBound }

  /// More boxes than this on one level are taken for damage.
  private static let limit = 100_000

  /// The boxes that fill `range` of something that gives its bytes by place; nil when they do not fit. `size` 0 means that
  /// the last one goes to the end.
  static func all(in range: Range<Int>, read: (_ place: Int, _ count: Int) throws -> ArraySlice<UInt8>) rethrows
    -> [ISOBox]?
  {
    var boxes: [ISOBox] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let head = try Array(read(place, min(16, range.upperBound - place)))
      guard head.count >= 8, boxes.count < limit else { return nil }
      var size = head[..<4].reduce(0) { $0 << 8 | Int($1) }
      var headerSize = 8
      if size == 0 { size = range.upperBound - place }
      if size == 1 {
        guard head.count == 16, head[8] < 0x40 else { return nil }
        size = head[8...].reduce(0) { $0 << 8 | Int($1) }
        headerSize = 16
      }
      guard size >= headerSize, size <= range.upperBound - place else { return nil }
      let kind = String(decoding: head[4..<8], as: UTF8.self)
      boxes.append(ISOBox(kind: kind, range: place..<place + size, headerSize: headerSize))
      place += size
    }
    return boxes
  }

  static func all(in bytes: [UInt8], _ range: Range<Int>? = nil) -> [ISOBox]? {
    all(in: range ?? 0..<bytes.count) { bytes[$0..<$0 + $1] }
  }

  static func make(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    ByteOrder.big32(content.count + 8) + Array(kind.utf8) + content
  }
}

/// The content of a `moov` box: its free tags, and the places of the movie's data.
struct MovieHeader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Tags

  /// The value of a free tag (QuickTime file format: metadata item keys and list).
  func tag(_ name: String) -> String? {
    // In MP4 four bytes of version and flags come first, in QuickTime they do not.
    for inner in metadata().flatMap({ [$0.content, $0.content.dropFirst(4)] }) {
      guard let boxes = ISOBox.all(in: bytes, inner), let keys = boxes.first(where: { $0.kind == "keys" }),
        let list = boxes.first(where: { $0.kind == "ilst" }), let index = keyNames(keys).firstIndex(of: name),
        let items = ISOBox.all(in: bytes, list.content)
      else { continue }
      let wanted = ByteOrder.big32(index + 1)
      for item in items where bytes[item.range.lowerBound + 4..<item.range.lowerBound + 8].elementsEqual(wanted) {
        guard let data = ISOBox.all(in: bytes, item.content)?.first, data.kind == "data", data.content.count >= 8
        else { continue }
        return String(decoding: bytes[data.content.dropFirst(8)], as: UTF8.self)
      }
    }
    return nil
  }

  private func metadata() -> [ISOBox] {
    guard let boxes = ISOBox.all(in: bytes) else { return [] }
    let user = boxes.first { $0.kind == "udta" }.flatMap { ISOBox.all(in: bytes, $0.content) } ?? []
    return (boxes + user).filter { $0.kind == "meta" }
  }

  private func keyNames(_ keys: ISOBox) -> [String] {
    (ISOBox.all(in: bytes, keys.content.dropFirst(8)) ?? []).map {
      String(decoding: bytes[$0.content], as: UTF8.self)
    }
  }

  /// The header with one more tag. `end` is where the header ends in the file: data behind it moves by what is added.
  ///
  /// nil when there are free tags already, or when places cannot be told for certain.
  func adding(_ name: String, _ value: String, isQuickTime: Bool, end: Int) -> [UInt8]? {
    guard let boxes = ISOBox.all(in: bytes), !boxes.contains(where: { $0.kind == "meta" }) else { return nil }
    let handler = ISOBox.make(
      "hdlr", [UInt8](repeating: 0, count: 8) + Array("mdta".utf8) + [UInt8](repeating: 0, count: 13))
    let key = ISOBox.make("mdta", Array(name.utf8))
    let keys = ISOBox.make("keys", [0, 0, 0, 0, 0, 0, 0, 1] + key)
    let data = ISOBox.make("data", [0, 0, 0, 1, 0, 0, 0, 0] + Array(value.utf8))
    let item = ByteOrder.big32(data.count + 8) + ByteOrder.big32(1) + data
    let list = ISOBox.make("ilst", item)
    let version: [UInt8] = isQuickTime ? [] : [0, 0, 0, 0]
    let meta = ISOBox.make("meta", version + handler + keys + list)
    var changed = bytes
    guard move(&changed, by: meta.count, from: end) else { return nil }
    return changed + meta
  }

  // MARK: Places

  /// Adds `distance` to every place of a chunk at or behind `start`; false when one does not fit or is not found.
  private func move(_ changed: inout [UInt8], by distance: Int, from start: Int) -> Bool {
    for track in children("trak", of: 0..<bytes.count) {
      let tables = ["mdia", "minf", "stbl"].reduce([track]) { boxes, kind in
        boxes.flatMap { children(kind, of: $0.content) }
      }
      for table in tables {
        // Auxiliary data (encryption) has places of its own.
        guard children("saio", of: table.content).isEmpty else { return false }
        for (kind, width) in [("stco", 4), ("co64", 8)] {
          for list in children(kind, of: table.content) {
            guard shift(&changed, list, width: width, by: distance, from: start) else { return false }
          }
        }
      }
    }
    return true
  }

  private func children(_ kind: String, of range: Range<Int>) -> [ISOBox] {
    (ISOBox.all(in: bytes, range) ?? []).filter { $0.kind == kind }
  }

  private func shift(_ changed: inout [UInt8], _ list: ISOBox, width: Int, by distance: Int, from start: Int) -> Bool {
    func number(_ place: Int, _ count: Int) -> UInt64 {
      bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
    let content = list.content
    guard content.count >= 8 else { return false }
    let count = Int(number(content.lowerBound + 4, 4))
    guard content.count - 8 >= count * width else { return false }
    for index in 0..<count {
      let place = content.lowerBound + 8 + index * width
      let old = number(place, width)
      guard old >= UInt64(start) else { continue }
      let moved = old.addingReportingOverflow(UInt64(distance))
      guard !moved.overflow, width == 8 || moved.partialValue <= UInt64(UInt32.max) else { return false }
      let written = ByteOrder.big64(Int(truncatingIfNeeded: moved.partialValue)).suffix(width)
      changed.replaceSubrange(place..<place + width, with: written)
    }
    return true
  }
}

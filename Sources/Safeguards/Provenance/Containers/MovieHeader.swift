/// The content of a `moov` box: its free tags, and the places of the movie's data.
struct MovieHeader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Tags

  /// A list of free tags (QuickTime file format: metadata item keys and list).
  private struct TagList {
    let meta: ISOBox
    /// The `udta` box around it, if there is one.
    let parent: ISOBox?
    /// Version and flags, which come first in MP4 and not in QuickTime.
    let start: Range<Int>
    let children: [ISOBox]
    let names: [String]
    let items: [ISOBox]
  }

  private func tagLists() -> [TagList] {
    guard let boxes = ISOBox.all(in: bytes) else { return [] }
    let user = boxes.first { $0.kind == "udta" }
    let inUser = user.flatMap { ISOBox.all(in: bytes, $0.content) } ?? []
    let all = boxes.map { ($0, nil) } + inUser.map { ($0, user) }
    return all.filter { $0.0.kind == "meta" }.flatMap { meta, parent in
      [0, 4].compactMap { skipped in
        guard let children = ISOBox.all(in: bytes, meta.content.dropFirst(skipped)),
          let keys = children.first(where: { $0.kind == "keys" }), keys.content.count >= 8,
          let names = ISOBox.all(in: bytes, keys.content.dropFirst(8)),
          let list = children.first(where: { $0.kind == "ilst" }), let items = ISOBox.all(in: bytes, list.content)
        else { return nil }
        return TagList(
          meta: meta, parent: parent, start: meta.content.prefix(skipped), children: children,
          names: names.map { String(decoding: bytes[$0.content], as: UTF8.self) }, items: items)
      }
    }
  }

  /// An item's kind is the number of its key, from 1 on.
  private func number(of item: ISOBox) -> Int {
    bytes[item.range.lowerBound + 4..<item.range.lowerBound + 8].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The value of a free tag.
  func tag(_ name: String) -> String? {
    for list in tagLists() {
      guard let index = list.names.firstIndex(of: name) else { continue }
      for item in list.items where number(of: item) == index + 1 {
        guard let data = ISOBox.all(in: bytes, item.content)?.first, data.kind == "data", data.content.count >= 8
        else { continue }
        return String(decoding: bytes[data.content.dropFirst(8)], as: UTF8.self)
      }
    }
    return nil
  }

  /// The header with the tag, in the list there is or in a new one. `end` is where the header ends in the file: data
  /// behind it moves by what is added.
  ///
  /// nil when the header has no room for free tags, or when places cannot be told for certain.
  func setting(_ name: String, _ value: String, isQuickTime: Bool, end: Int) -> [UInt8]? {
    guard let boxes = ISOBox.all(in: bytes) else { return nil }
    var changed = bytes
    if let list = tagLists().first {
      let meta = rebuilt(list, name, value)
      let added = meta.count - list.meta.range.count
      guard list.parent.map({ $0.headerSize == 8 }) ?? true, move(&changed, by: added, from: end) else { return nil }
      if let parent = list.parent {
        let place = parent.range.lowerBound
        changed.replaceSubrange(place..<place + 4, with: ByteOrder.big32(parent.range.count + added))
      }
      changed.replaceSubrange(list.meta.range, with: meta)
      return changed
    }
    guard !boxes.contains(where: { $0.kind == "meta" }) else { return nil }
    let handler = ISOBox.make(
      "hdlr", [UInt8](repeating: 0, count: 8) + Array("mdta".utf8) + [UInt8](repeating: 0, count: 13))
    let version: [UInt8] = isQuickTime ? [] : [0, 0, 0, 0]
    let meta = ISOBox.make(
      "meta", version + handler + Self.keys([name]) + ISOBox.make("ilst", Self.item(1, value)))
    return move(&changed, by: meta.count, from: end) ? changed + meta : nil
  }

  private func rebuilt(_ list: TagList, _ name: String, _ value: String) -> [UInt8] {
    let names = list.names.contains(name) ? list.names : list.names + [name]
    let number = (names.firstIndex(of: name) ?? 0) + 1
    let kept = list.items.filter { self.number(of: $0) != number }.flatMap { bytes[$0.range] }
    let children = list.children.flatMap { child -> [UInt8] in
      switch child.kind {
      case "keys": Self.keys(names)
      case "ilst": ISOBox.make("ilst", kept + Self.item(number, value))
      default: Array(bytes[child.range])
      }
    }
    return ISOBox.make("meta", Array(bytes[list.start]) + children)
  }

  private static func keys(_ names: [String]) -> [UInt8] {
    ISOBox.make(
      "keys", [0, 0, 0, 0] + ByteOrder.big32(names.count) + names.flatMap { ISOBox.make("mdta", Array($0.utf8)) })
  }

  /// Kind 1 of data: text in UTF-8.
  private static func item(_ number: Int, _ value: String) -> [UInt8] {
    let data = ISOBox.make("data", [0, 0, 0, 1, 0, 0, 0, 0] + Array(value.utf8))
    return ByteOrder.big32(data.count + 8) + ByteOrder.big32(number) + data
  }

  // MARK: Places

  /// Adds `distance`, which may be negative, to every place of a chunk at or behind `start`; false when one does not fit.
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
      guard let old = Int(exactly: number(place, width)) else { return false }
      guard old >= start else { continue }
      let (moved, overflow) = old.addingReportingOverflow(distance)
      guard !overflow, moved >= 0, width == 8 || moved <= Int(UInt32.max) else { return false }
      changed.replaceSubrange(place..<place + width, with: ByteOrder.big64(moved).suffix(width))
    }
    return true
  }
}

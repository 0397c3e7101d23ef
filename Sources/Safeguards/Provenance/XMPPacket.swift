import Foundation

/// What the XMP of a file, or the tags of a container without XMP, say about its making.
public struct XMPFacts: Sendable, Codable, Hashable {
  /// IPTC's digital source type.
  public var digitalSourceType: String?
  public var creatorTool: String?
  public var jobID: String?
  /// 16 hex digits.
  public var watermarkID: String?

  init() {}
}

/// Writes the packet and reads the few properties that matter here.
enum XMPPacket {
  static let adobe = "http://ns.adobe.com/xap/1.0/"
  static let iptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  /// The name space under which Chinese providers put the label, after the practice guide of TC260.
  static let tc260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
  static let own = "urn:likeness:marks:1.0/"

  /// Packets beyond this are not looked at.
  static let limit = 4 << 20

  static func bytes(_ record: ProvenanceRecord, aigc: AIGCLabel) -> [UInt8] {
    var text = """
      <?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?>
      <x:xmpmeta xmlns:x="adobe:ns:meta/">
       <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:xmp="\(adobe)" xmlns:Iptc4xmpExt="\(iptc)" xmlns:TC260="\(tc260)" \
      xmlns:likeness="\(own)">
         <xmp:CreatorTool>\(escaped(record.creatorTool))</xmp:CreatorTool>
         <Iptc4xmpExt:DigitalSourceType>\(ProvenanceRecord.digitalSourceType)</Iptc4xmpExt:DigitalSourceType>
         <TC260:AIGC>\(escaped(aigc.json))</TC260:AIGC>
         <likeness:Job>\(escaped(record.jobID))</likeness:Job>

      """
    if let watermark = record.watermarkID {
      text += "   <likeness:Watermark>\(escaped(watermark))</likeness:Watermark>\n"
    }
    text += """
        </rdf:Description>
       </rdf:RDF>
      </x:xmpmeta>
      <?xpacket end="r"?>
      """
    return Array(text.utf8)
  }

  static func facts(_ packet: [UInt8]) -> (xmp: XMPFacts, aigc: AIGCLabel?) {
    let text = String(decoding: packet.prefix(limit), as: UTF8.self)
    let scanner = XMPScanner(text)
    var facts = XMPFacts()
    facts.digitalSourceType = scanner.value(of: "DigitalSourceType", in: iptc)
    facts.creatorTool = scanner.value(of: "CreatorTool", in: adobe)
    facts.jobID = scanner.value(of: "Job", in: own)
    facts.watermarkID = scanner.value(of: "Watermark", in: own)
    return (facts, scanner.value(of: "AIGC", in: tc260).flatMap(AIGCLabel.init(json:)))
  }

  private static func escaped(_ text: String) -> String {
    // Control characters have no place in XML 1.0.
    let clean = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 || $0.value == 9 }))
    return [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")].reduce(clean) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
  }
}

/// Finds simple properties, written as attributes or as elements, in an XML text. Damage makes properties missing.
struct XMPScanner {
  private let bytes: [UInt8]
  /// Name space to the prefixes bound to it.
  private var prefixes: [String: Set<String>] = [:]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var position = 0
    while let found = index(of: "xmlns:", from: position) {
      position = found + 6
      guard let equals = bytes[position...].firstIndex(of: UInt8(ascii: "=")), equals - position <= 64,
        let (uri, end) = quoted(at: equals + 1)
      else { continue }
      prefixes[uri, default: []].insert(String(decoding: bytes[position..<equals], as: UTF8.self))
      position = end
    }
  }

  func value(of name: String, in space: String) -> String? {
    for prefix in prefixes[space, default: []].sorted() {
      let full = "\(prefix):\(name)"
      var position = 0
      while let found = index(of: full, from: position) {
        position = found + full.utf8.count
        guard position < bytes.count, found > 0 else { break }
        let (before, after) = (bytes[found - 1], bytes[position])
        if after == UInt8(ascii: "="), before <= 0x20, let (value, _) = quoted(at: position + 1) { return value }
        if before == UInt8(ascii: "<"), after == UInt8(ascii: ">"),
          let end = index(of: "</\(full)", from: position + 1)
        {
          return Self.unescaped(bytes[(position + 1)..<end])
        }
      }
    }
    return nil
  }

  private func index(of text: String, from start: Int) -> Int? {
    let needle = Array(text.utf8)
    guard let first = needle.first, start <= bytes.count - needle.count else { return nil }
    var position = start
    while let found = bytes[position...].firstIndex(of: first), found <= bytes.count - needle.count {
      if bytes[found..<found + needle.count].elementsEqual(needle) { return found }
      position = found + 1
    }
    return nil
  }

  /// A text in single or double quotes at `start`, and the place behind it.
  private func quoted(at start: Int) -> (String, Int)? {
    guard start < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[start]),
      let end = bytes[(start + 1)...].firstIndex(of: bytes[start])
    else { return nil }
    return (Self.unescaped(bytes[(start + 1)..<end]), end + 1)
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.contains("&") else { return text }
    var result = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "&") {
      result += rest[..<mark]
      rest = rest[mark...]
      guard let end = rest.prefix(12).firstIndex(of: ";"),
        let character = character(String(rest[rest.index(after: mark)..<end]))
      else {
        result += "&"
        rest = rest.dropFirst()
        continue
      }
      result.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func character(_ name: String) -> Character? {
    let named: [String: Character] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    if let known = named[name] { return known }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let number = digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init).map(Character.init)
  }
}

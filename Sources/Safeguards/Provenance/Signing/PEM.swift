import Foundation

/// Blocks of `-----BEGIN …-----` in a text (RFC 7468).
enum PEM {
  struct Block: Equatable {
    /// "CERTIFICATE", "PRIVATE KEY", …
    let label: String
    let bytes: [UInt8]

    var text: String {
      let body = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
      return "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
    }
  }

  /// Blocks whose content is not base 64 are left out.
  static func blocks(_ text: String) -> [Block] {
    var blocks: [Block] = []
    var open: (label: String, body: String)?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
        open = (String(line.dropFirst(11).dropLast(5)), "")
      } else if let block = open, line == "-----END \(block.label)-----" {
        if let bytes = Data(base64Encoded: block.body) {
          blocks.append(Block(label: block.label, bytes: [UInt8](bytes)))
        }
        open = nil
      } else {
        open?.body += line
      }
    }
    return blocks
  }
}

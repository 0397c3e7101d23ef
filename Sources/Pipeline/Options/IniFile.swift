import Foundation

/// A configuration file as FaceFusion writes it: `[section]`, `key = value`, whole-line comments.
///
/// A line that starts with white space continues the value above it. `%%` stands for one `%`; a single `%` is an error,
/// as it is there. Keys are not case-sensitive. An empty value means "not set" and is left out.
public struct IniFile: Sendable {
  public struct Entry: Sendable, Equatable {
    public let value: String
    /// Line the entry starts on, from 1.
    public let line: Int
  }

  public let path: String
  /// Section → key → entry.
  public private(set) var sections: [String: [String: Entry]] = [:]

  /// Reads the file. A missing or unreadable file is an error of code `configuration`.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PipelineError(.configuration, "The config file \(path) cannot be read.")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw PipelineError(.configuration, "The config file \(path) is not UTF-8 text.")
    }
    try self.init(text: text, path: path)
  }

  /// Parses `text`; `path` is only named in errors.
  public init(text: String, path: String) throws {
    self.path = path
    var reader = Reader(path: path)
    let lines = text.drop { $0 == "\u{FEFF}" }.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    for (number, line) in lines.enumerated() {
      try reader.read(line, number: number + 1)
    }
    sections = try reader.finished()
  }

  private struct Reader {
    let path: String
    var section: String?
    var key: String?
    var raw: [String: [String: Entry]] = [:]

    mutating func read(_ line: Substring, number: Int) throws {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("#") || text.hasPrefix(";") { return }
      if text.isEmpty {
        key = nil
        return
      }
      if line.first?.isWhitespace == true, let section, let key, let entry = raw[section]?[key] {
        raw[section]?[key] = Entry(value: entry.value.isEmpty ? text : entry.value + "\n" + text, line: entry.line)
      } else if text.hasPrefix("[") {
        guard text.hasSuffix("]") else { throw failure("the section name is not closed", number) }
        section = String(text.dropFirst().dropLast())
        key = nil
      } else {
        try readPair(text, number: number)
      }
    }

    private mutating func readPair(_ text: String, number: Int) throws {
      guard let separator = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        throw failure("\"\(text)\" is neither a section nor key = value", number)
      }
      guard let section else { throw failure("\"\(text)\" stands before the first section", number) }
      let name = text[..<separator].trimmingCharacters(in: .whitespaces).lowercased()
      if raw[section]?[name] != nil { throw failure("\(name) is set twice in [\(section)]", number) }
      let value = text[text.index(after: separator)...].trimmingCharacters(in: .whitespaces)
      raw[section, default: [:]][name] = Entry(value: value, line: number)
      key = name
    }

    func finished() throws -> [String: [String: Entry]] {
      try raw.mapValues { keys in
        try keys.compactMapValues { entry in
          entry.value.isEmpty ? nil : Entry(value: try unescaped(entry), line: entry.line)
        }
      }
    }

    private func unescaped(_ entry: Entry) throws -> String {
      let parts = entry.value.components(separatedBy: "%%")
      if parts.contains(where: { $0.contains("%") }) {
        throw failure("a single % in a value must be written %%", entry.line)
      }
      return parts.joined(separator: "%")
    }

    private func failure(_ what: String, _ line: Int) -> PipelineError {
      PipelineError(.configuration, "The config file \(path), line \(line): \(what).")
    }
  }

  /// Splits a list at white space. A word that starts with a double quote runs to the next one, so that paths with
  /// spaces can be listed.
  public static func words(in value: String) -> [String] {
    var words: [String] = []
    var rest = Substring(value)
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard let first = rest.first else { return words }
      if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
        words.append(String(rest[rest.index(after: rest.startIndex)..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        words.append(String(rest.prefix { !$0.isWhitespace }))
        rest = rest.drop { !$0.isWhitespace }
      }
    }
  }
}

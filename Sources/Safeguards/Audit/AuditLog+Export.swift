import Foundation
import GRDB

extension AuditLog {
  /// The whole log as lines of JSON, for keeping elsewhere and for checking by other means: one of type `log` with the
  /// public key, one of type `entry` for each entry, with what was hashed and signed to the letter, one of type `head`.
  /// `Documentation/audit.md` describes them.
  ///
  /// - Parameters:
  ///   - personal: with the personal texts and their salts. Everything else can be checked without them.
  ///   - line: is given each line without its end.
  ///
  /// Throws `storage`, and what `line` throws. A damaged log is exported as it is.
  public func export(personal: Bool = true, _ line: (String) throws -> Void) throws {
    try database.read { db in
      try line(
        CanonicalJSON.object([
          "type": .text("log"), "format": .text("likeness audit 1"), "key": .text(publicKey.hex),
          "pem": .text(publicKey.pem),
        ]).text)
      let rows = try Row.fetchCursor(db, sql: "SELECT \(AuditRow.columns) FROM entry ORDER BY number")
      while let row = try rows.next() {
        let entry = AuditRow(row)
        try line(entry.exported(with: personal ? PersonalField.all(db, entry: entry.number) : []).text)
      }
      if let head = try AuditHead.read(db) { try line(head.line) }
    }
  }
}

extension AuditLog {
  /// The same to a new file with mode 0600. Throws `request` when the file is there already, and `storage`.
  public func export(to path: String, personal: Bool = true) throws {
    let isMade = try NewFile.make(path) { draft in
      do {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
        defer { try? file.close() }
        try export(personal: personal) { try file.write(contentsOf: Data(($0 + "\n").utf8)) }
      } catch let error as CocoaError {
        throw SafeguardsError(.storage, "\(path) cannot be written: \(error.localizedDescription)", underlying: error)
      }
    }
    guard isMade else { throw SafeguardsError(.request, "\(path) is there already.", hint: "Give another name.") }
  }
}

extension AuditRow {
  func exported(with personal: [PersonalField]) -> CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "type": .text("entry"), "number": .number(Double(number)), "content": .text(text), "previous": .text(previous),
      "hash": .text(hash), "signature": .text(signature),
    ]
    if !personal.isEmpty {
      let fields = personal.map { ($0.field, CanonicalJSON.object(["salt": .text($0.salt), "text": .text($0.text)])) }
      members["personal"] = .object(Dictionary(fields) { first, _ in first })
    }
    return .object(members)
  }
}

extension AuditHead {
  /// One line of JSON, as the last of an export and as heads are kept.
  public var line: String {
    CanonicalJSON.object([
      "type": .text("head"), "number": .number(Double(number)), "hash": .text(hash), "time": .text(time),
      "key": .text(key), "signature": .text(signature),
    ]).text
  }

  /// The heads in a file of lines: kept heads, or an export. Lines of other types are passed over.
  ///
  /// Throws `request` when there is none.
  public static func heads(in text: String) throws -> [AuditHead] {
    if let head = try? JSONDecoder().decode(AuditHead.self, from: Data(text.utf8)) { return [head] }
    let lines = text.split(whereSeparator: \.isNewline)
    let heads = lines.compactMap { try? JSONDecoder().decode(AuditHead.self, from: Data($0.utf8)) }
    guard !heads.isEmpty else {
      throw SafeguardsError(
        .request, "There is no head of an audit log in this file.",
        hint: "likeness audit export --head writes one.")
    }
    return heads
  }

  /// The same of a file. Throws `storage` when it cannot be read.
  public static func heads(inFile path: String) throws -> [AuditHead] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SafeguardsError(.storage, "\(path) cannot be read.")
    }
    return try heads(in: String(decoding: data, as: UTF8.self))
  }
}

import GRDB

/// A row of the table of entries, as it stands there.
struct AuditRow {
  let number: Int
  private let content: [UInt8]?
  let previous: String
  let hash: String
  let signature: String
  private(set) var findings: [AuditFinding] = []

  static let columns = "number, " + AuditSchema.exact("content", "previous", "hash", "signature")

  init(_ row: Row) {
    number = row.integer(0) ?? 0
    content = row.bytes(1)
    previous = row.exactText(2) ?? ""
    hash = row.exactText(3) ?? ""
    signature = row.exactText(4) ?? ""
  }

  var isIntact: Bool { findings.isEmpty }

  var text: String { String(decoding: content ?? [], as: UTF8.self) }

  /// The content; null when it is no JSON.
  var json: CanonicalJSON { CanonicalJSON(parsing: content ?? []) ?? .null }

  /// Whether the signature is this key's, for the number and the hash as they stand.
  func isSigned(by key: AuditPublicKey) -> Bool {
    key.isValid(signature, for: AuditChain.entryMessage(number: number, hash: hash))
  }

  /// The row with what is wrong with it.
  ///
  /// - Parameters:
  ///   - before: the row of the number before, already judged; nil when it is missing or this is the first.
  ///   - next: gives the previous hash that the next row names; nil when there is no next row.
  func judged(key: AuditPublicKey, before: AuditRow?, next: () throws -> String?) rethrows -> AuditRow {
    var row = self
    func add(_ kind: AuditFinding.Kind, _ what: String) {
      row.findings.append(AuditFinding(kind: kind, entry: number, detail: what))
    }
    func signs(_ hash: String, as number: Int) -> Bool {
      key.isValid(signature, for: AuditChain.entryMessage(number: number, hash: hash))
    }
    guard let content else {
      add(.changed, "Entry \(number): its content is no text any more.")
      return row
    }
    let own = AuditChain.hash(previous: previous, content: content)
    let expected = number == 1 ? AuditChain.start : before?.hash
    let isSignedAsItStands = isSigned(by: key)
    if own == hash && isSignedAsItStands {
      // The row is as it was written. If its predecessor is too, one must follow from the other.
      if let expected, expected != previous, before?.isIntact ?? true {
        add(.forked, "Entry \(number) goes on from another entry \(number - 1) than the one that is there.")
      }
    } else if let place = writtenNumber, place != number, signs(hash, as: place) {
      add(.reordered, "Entry \(place) stands in the place of entry \(number).")
    } else if isSignedAsItStands {
      // The hash is right, so content or previous hash are not.
      let isContentRight = expected.map { AuditChain.hash(previous: $0, content: content) == hash } ?? false
      let part = isContentRight ? "previous hash" : "content"
      add(.changed, "Entry \(number): its \(part) was changed.")
    } else if let own, signs(own, as: number) {
      add(.changed, "Entry \(number): its hash was changed.")
    } else if own == hash {
      add(
        .changed,
        try next() == hash
          ? "Entry \(number): its signature is not that of the log's key."
          : "Entry \(number) was rewritten: its signature is not that of the log's key.")
    } else {
      add(.changed, "Entry \(number): its content and its hash or signature were changed.")
    }
    return row
  }

  /// The number the entry was written with.
  private var writtenNumber: Int? {
    guard case .object(let members) = json, case .number(let number)? = members["number"] else { return nil }
    return Int(exactly: number)
  }
}

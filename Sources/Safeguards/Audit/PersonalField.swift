import Crypto

/// One personal text as it is kept beside the chain.
struct PersonalField: Sendable, Hashable {
  /// Where the commitment stands in the entry: names and places of lists, joined by points, as `inputs.0.path`.
  let field: String
  /// 32 random bytes as hex digits.
  let salt: String
  let text: String

  /// The commitment: SHA-256 of the salt's 32 bytes followed by the text in UTF-8. Nil when the salt is no salt.
  var commitment: String? {
    guard let salt = Hex.bytes(salt), salt.count == 32 else { return nil }
    return Hex.text(SHA256.hash(data: salt + Array(text.utf8)))
  }
}

extension CanonicalJSON {
  /// Puts a commitment in the place of every personal text and returns what was taken out.
  mutating func commit() -> [PersonalField] {
    var fields: [PersonalField] = []
    self = mapPersonal("") { field, members in
      guard case .text(let given) = members["personal"] else { return .object(members) }
      // SQLite would end the text there.
      let text = given.replacing("\0", with: "\u{FFFD}")
      let salt = Hex.text((0..<32).map { _ in UInt8.random(in: .min ... .max) })
      let personal = PersonalField(field: field, salt: salt, text: text)
      fields.append(personal)
      return .object(["commitment": .text(personal.commitment ?? "")])
    }
    return fields.sorted { $0.field < $1.field }
  }

  /// Every commitment by its field.
  var commitments: [String: String] {
    var found: [String: String] = [:]
    _ = mapPersonal("") { field, members in
      if case .text(let commitment) = members["commitment"] { found[field] = commitment }
      return .object(members)
    }
    return found
  }

  /// Puts the texts that are still there beside their commitments.
  func filled(with texts: [String: String]) -> CanonicalJSON {
    mapPersonal("") { field, members in
      var members = members
      members["personal"] = texts[field].map(CanonicalJSON.text)
      return .object(members)
    }
  }

  /// Replaces every object that stands for a personal text: one with nothing but `personal` or `commitment`.
  private func mapPersonal(
    _ path: String, _ body: (String, [String: CanonicalJSON]) -> CanonicalJSON
  ) -> CanonicalJSON {
    func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch self {
    case .object(let members):
      if !members.isEmpty && members.keys.allSatisfy({ $0 == "personal" || $0 == "commitment" }) {
        return body(path, members)
      }
      return .object(
        Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value.mapPersonal(below($0.key), body)) }))
    case .array(let values):
      return .array(values.enumerated().map { $0.element.mapPersonal(below(String($0.offset)), body) })
    default: return self
    }
  }
}

import Crypto
import Foundation

extension SafeguardPolicy {
  /// The policy as JSON: keys in order, no spaces, what is not set left out. Throws for numbers that JSON cannot hold,
  /// which no file can bring in.
  public var canonicalJSON: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// SHA-256 of ``canonicalJSON``, 64 lower-case hex digits.
  public var hash: String {
    get throws {
      Hex.text(SHA256.hash(data: Data(try canonicalJSON.utf8)))
    }
  }

  /// What this policy asks less of than the defaults do, in words: `content.mode is warn, usually required`.
  public var weakerThanDefault: [String] {
    let usual = SafeguardPolicy()
    var found: [String] = []
    for (name, mode, usualMode) in modes(usual) where mode.strength < usualMode.strength {
      found.append("\(name).mode is \(mode.rawValue), usually \(usualMode.rawValue)")
    }
    func compare<Value: Comparable>(_ name: String, _ value: Value, _ usual: Value, isWeaker: (Value, Value) -> Bool) {
      if isWeaker(value, usual) { found.append("\(name) is \(value), usually \(usual)") }
    }
    compare("content.threshold", content.threshold, usual.content.threshold, isWeaker: >)
    compare("content.share", content.share, usual.content.share, isWeaker: >)
    compare("protected.distance", protected.distance, usual.protected.distance, isWeaker: <)
    compare("minors.age", minors.age, usual.minors.age, isWeaker: <)
    return found
  }

  private func modes(_ usual: SafeguardPolicy) -> [(name: String, mode: Mode, usual: Mode)] {
    [
      ("content", content.mode, usual.content.mode), ("similarity", similarity.mode, usual.similarity.mode),
      ("protected", protected.mode, usual.protected.mode), ("minors", minors.mode, usual.minors.mode),
      ("consent", consent.mode, usual.consent.mode), ("watermark", watermark.mode, usual.watermark.mode),
      ("metadata", metadata.mode, usual.metadata.mode), ("label", label.mode, usual.label.mode),
      ("audit", audit.mode, usual.audit.mode),
    ]
  }
}

extension SafeguardPolicy.Mode {
  fileprivate var strength: Int {
    switch self {
    case .required: 2
    case .warn: 1
    case .off: 0
    }
  }
}

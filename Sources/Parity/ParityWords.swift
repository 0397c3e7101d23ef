import TestSupport

/// Words of a case as the program's own option values.
enum ParityWords {
  /// Throws for a word that the option does not have.
  static func value<Value: RawRepresentable<String>>(_ word: String) throws -> Value {
    if let value = Value(rawValue: word) { return value }
    throw TestSupportError(.caseInvalid, "\"\(word)\" is no \(Value.self).")
  }
}

/// What went wrong while reading or writing test material.
public struct TestSupportError: Error, Sendable, CustomStringConvertible {
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A parity case's files are missing or do not fit together.
    public static let caseInvalid = Code(rawValue: "case-invalid")
    /// A case has no array, argument or value of the name asked for.
    public static let nameUnknown = Code(rawValue: "name-unknown")
    /// A result has another number of elements than the case says.
    public static let sizeMismatch = Code(rawValue: "size-mismatch")
    /// A file or folder cannot be written.
    public static let notWritable = Code(rawValue: "not-writable")
  }

  public let code: Code
  public let message: String
  public let hint: String?
  public let underlying: (any Error)?

  public init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.underlying = underlying
  }

  public var description: String { hint.map { "\(message) \($0)" } ?? message }
}

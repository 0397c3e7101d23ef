/// What can go wrong between the options and the finished file.
public struct PipelineError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; one table maps it to an exit status.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// An option is unknown or its value is out of range.
    public static let usage = Code(rawValue: "usage")
    /// A config file cannot be read or holds a bad value.
    public static let configuration = Code(rawValue: "configuration")
    /// A source or target file cannot be used.
    public static let input = Code(rawValue: "input")
    /// The output path cannot be written.
    public static let output = Code(rawValue: "output")
    /// No face was found in a source, or no reference face in the target.
    public static let noFace = Code(rawValue: "no-face")
    /// The user ended the run.
    public static let cancelled = Code(rawValue: "cancelled")
    /// The work itself failed.
    public static let failed = Code(rawValue: "failed")
  }

  public let code: Code
  /// A sentence with the offending value.
  public let message: String
  /// What the user can do, if there is something.
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

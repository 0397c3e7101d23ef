import Imaging

/// What the safeguards refuse or cannot do.
public struct SafeguardsError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; one table maps it to an exit status.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// The policy file cannot be read or holds a bad value.
    public static let policy = Code(rawValue: "policy")
    /// The content gate refuses the target.
    public static let content = Code(rawValue: "content")
    /// Source and target are too much or too little alike for the policy.
    public static let similarity = Code(rawValue: "similarity")
    /// A source or target face belongs to a protected person.
    public static let protected = Code(rawValue: "protected")
    /// A face is that of somebody under the policy's age.
    public static let minor = Code(rawValue: "minor")
    /// The statement of consent that the policy asks for was not given.
    public static let consent = Code(rawValue: "consent")
    /// A mark cannot be put on the output.
    public static let marking = Code(rawValue: "marking")
    /// A key or certificate is missing, damaged or readable by others.
    public static let key = Code(rawValue: "key")
    /// The audit log or the registry cannot be read or written.
    public static let storage = Code(rawValue: "storage")
    /// What is asked for is not there, or an argument makes no sense.
    public static let request = Code(rawValue: "request")
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

  /// A frame of another size or format than its mark was made for.
  static func wrongFrame(_ size: PixelSize, expected: PixelSize) -> SafeguardsError {
    SafeguardsError(
      .marking,
      "A frame of \(size.width)x\(size.height) cannot take a watermark made for \(expected.width)x\(expected.height), "
        + "or its format differs.")
  }

  public var description: String { hint.map { "\(message) \($0)" } ?? message }
}

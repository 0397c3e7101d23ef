/// What went wrong in a processor.
public struct ProcessorsError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A resource that belongs to the program is missing or damaged.
    public static let resource = Code(rawValue: 1)
    /// A mesh has not the 478 points, or points that are not finite, or all in one place.
    public static let mesh = Code(rawValue: 2)
    /// No source photo was given.
    public static let source = Code(rawValue: 3)
    /// An option is out of its range.
    public static let option = Code(rawValue: 4)
    /// An array has not the shape that was promised.
    public static let shape = Code(rawValue: 5)
    /// A model takes or gives other tensors than its kind does, or gives what is not a number.
    public static let model = Code(rawValue: 6)
  }

  public let code: Code
  /// A sentence with the offending value.
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

/// What can go wrong while faces are looked for.
public struct FacesError: Error, Sendable {
  /// Why; stable, for tables of exit statuses.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An option is outside its range or not one of its values.
    public static let invalidOption = Code(rawValue: "invalid_option")
    /// A model's inputs or outputs are not those this program was written for.
    public static let unexpectedModel = Code(rawValue: "unexpected_model")
    /// A face's points cannot be used: too few, or not finite.
    public static let invalidPoints = Code(rawValue: "invalid_points")
    /// A picture that needs a face has none.
    public static let noFace = Code(rawValue: "no_face")
  }

  public var code: Code
  /// A sentence that names the offending value.
  public var message: String
  public var hint: String?
  public var underlying: (any Error)?

  public init(code: Code, message: String, hint: String? = nil, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.underlying = underlying
  }
}

extension FacesError: CustomStringConvertible {
  public var description: String { [message, hint].compactMap(\.self).joined(separator: " ") }
}

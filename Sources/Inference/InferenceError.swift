/// What went wrong between a model file and its numbers.
public struct InferenceError: Error, Sendable, CustomStringConvertible {
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// No ONNX Runtime library in any of the places searched.
    public static let libraryMissing = Code(rawValue: "library-missing")
    /// The file named is no ONNX Runtime library.
    public static let libraryUnusable = Code(rawValue: "library-unusable")
    /// The library is older than the functions we call.
    public static let libraryTooOld = Code(rawValue: "library-too-old")
    /// The installed runtime was built without the execution provider asked for.
    public static let providerUnavailable = Code(rawValue: "provider-unavailable")
    /// The execution provider is there but does not start (driver, device or libraries missing).
    public static let providerFailed = Code(rawValue: "provider-failed")
    /// The bytes are no ONNX model, or not a whole one.
    public static let modelInvalid = Code(rawValue: "model-invalid")
    /// The runtime refuses the model.
    public static let modelRefused = Code(rawValue: "model-refused")
    /// A tensor's count, type or shape is not what the model takes.
    public static let tensorMismatch = Code(rawValue: "tensor-mismatch")
    /// The runtime failed while computing.
    public static let runFailed = Code(rawValue: "run-failed")
    /// What is to be loaded or run needs more memory than the device's budget leaves.
    public static let overBudget = Code(rawValue: "over-budget")
    /// A value given to an option of this module makes no sense.
    public static let invalidOption = Code(rawValue: "invalid-option")
    /// An output holds infinity or "not a number".
    public static let notFinite = Code(rawValue: "not-finite")
    /// There is no such card, or no driver for it.
    public static let deviceMissing = Code(rawValue: "device-missing")
    /// The card has no room left.
    public static let deviceOutOfMemory = Code(rawValue: "device-out-of-memory")
    /// The card or its driver failed.
    public static let deviceFailed = Code(rawValue: "device-failed")
    /// A kernel does not compile, or the driver does not take it.
    public static let kernelRejected = Code(rawValue: "kernel-rejected")
    /// The run was stopped through its ``RunCanceller``.
    public static let cancelled = Code(rawValue: "cancelled")
  }

  public let code: Code
  /// A sentence for the user, with the offending value.
  public let message: String
  /// What the user can do about it.
  public let hint: String?
  public let underlying: (any Error)?

  public init(_ code: Code, _ message: String, hint: String? = nil, underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.underlying = underlying
  }

  /// Whether less work at a time would help.
  public var isMemory: Bool { code == .deviceOutOfMemory || code == .overBudget }

  public var description: String {
    guard let hint else { return message }
    return "\(message) \(hint)"
  }
}

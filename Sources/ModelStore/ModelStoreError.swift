/// What went wrong with a model file, the catalogue or a resource.
public struct ModelStoreError: Error, Sendable, CustomStringConvertible {
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// The catalogue has no model of this name.
    public static let unknownModel = Code(rawValue: "unknown-model")
    /// The file is not there.
    public static let modelMissing = Code(rawValue: "model-missing")
    /// The file is not the one that was checked and published.
    public static let checksumMismatch = Code(rawValue: "checksum-mismatch")
    /// Neither the catalogue nor the manifest says what the file must be.
    public static let checksumUnknown = Code(rawValue: "checksum-unknown")
    /// The file is there but cannot be read.
    public static let unreadable = Code(rawValue: "unreadable")
    /// A catalogue, `manifest.json` or `models.lock.json` is not what it should be.
    public static let listInvalid = Code(rawValue: "list-invalid")
    /// A file that belongs to the program is not beside it.
    public static let resourceMissing = Code(rawValue: "resource-missing")
    /// The file is there but holds something else than a model.
    public static let modelDamaged = Code(rawValue: "model-damaged")
    /// A folder named by an option is not there.
    public static let folderMissing = Code(rawValue: "folder-missing")
    /// A file or folder cannot be written.
    public static let unwritable = Code(rawValue: "unwritable")
    /// The disk is full.
    public static let diskFull = Code(rawValue: "disk-full")
    /// A value of an option or environment variable of the store is none it takes.
    public static let optionInvalid = Code(rawValue: "option-invalid")
    /// The licence has to be accepted first.
    public static let licenceNotAccepted = Code(rawValue: "licence-not-accepted")
    /// No host gave the whole and right file.
    public static let downloadFailed = Code(rawValue: "download-failed")
    /// The tool that makes the pack was not found.
    public static let toolMissing = Code(rawValue: "tool-missing")
    /// The tool that makes the pack failed.
    public static let toolFailed = Code(rawValue: "tool-failed")
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

  public var description: String {
    guard let hint else { return message }
    return "\(message) \(hint)"
  }
}

/// The marks in a file's metadata.
public enum ProvenanceMark: String, Sendable, Codable, Hashable, CaseIterable {
  /// The signed manifest of C2PA.
  case c2pa
  case xmp
  /// What the XMP says elsewhere, as tags of the container: MKV and WebM.
  case tags
  /// The label of GB 45438-2025, inside the XMP and, in MP4 and MOV, among the file's tags as well; in MKV and WebM there
  /// alone.
  case aigc
}

/// Which marks were made.
public struct ProvenanceResult: Sendable, Codable, Hashable {
  public var made: [ProvenanceMark] = []
  /// Marks the file's format has no place for. No error, whatever the policy's mode.
  public var unheld: [ProvenanceMark] = []
  /// Marks that could not be made though the format holds them, in words; only where the policy says `warn`.
  public var warnings: [String] = []
  /// Name of the manifest (`urn:c2pa:…`); nil without one.
  public var manifestID: String?

  public init() {}
}

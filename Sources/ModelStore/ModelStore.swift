import Foundation

/// The models on this machine: where they are, what they must be, and their bytes once they were checked.
///
/// A value without state; any thread may use it.
public struct ModelStore: Sendable {
  /// The one folder everything fetched goes to.
  public let home: String
  public let catalogue: Catalogue

  /// - Parameter home: nil = ``defaultHome(environment:)``.
  public init(home: String? = nil, catalogue: Catalogue? = nil) throws {
    self.home = home ?? Self.defaultHome()
    self.catalogue = try catalogue ?? Catalogue.open()
  }

  /// `$LIKENESS_HOME`, else `$XDG_DATA_HOME/likeness`, else `~/.local/share/likeness`.
  public static func defaultHome(environment: [String: String]? = nil) -> String {
    let environment = environment ?? ProcessInfo.processInfo.environment
    if let home = environment["LIKENESS_HOME"], !home.isEmpty { return home }
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/likeness" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/likeness"
  }

  public var modelsFolder: String { home + "/models" }

  /// Where the model's file is, or would be. Throws `unknownModel`, `resourceMissing`.
  public func path(of id: ModelID) throws -> String {
    try path(of: catalogue.entry(id))
  }

  /// The model's bytes, after their SHA-256 was compared with the catalogue's (else the converter's manifest).
  ///
  /// Throws `unknownModel`, `modelMissing`, `unreadable`, `checksumMismatch`, `checksumUnknown`.
  public func load(_ id: ModelID) throws -> [UInt8] {
    let entry = try catalogue.entry(id)
    let path = try path(of: entry)
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelStoreError(
        .modelMissing, "The model \(entry.id) is missing: there is no \(path).", hint: Self.pullHint)
    }
    let expected = try expectation(of: entry)
    let bytes = try Self.read(path)
    let found = FileDigest.sha256(bytes)
    guard found == expected.sha256 else {
      throw ModelStoreError(
        .checksumMismatch,
        "\(path) is not the model \(entry.id): its SHA-256 is \(found), expected \(expected.sha256).",
        hint: Self.pullHint)
    }
    return bytes
  }

  /// The same by a name that came from outside.
  public func load(_ id: String) throws -> [UInt8] { try load(ModelID(rawValue: id)) }

  static let pullHint = "Run: likeness models pull"

  func path(of entry: ModelEntry) throws -> String {
    switch entry.origin {
    case .pack: return "\(modelsFolder)/\(entry.file)"
    case .resource: return try ResourceLocator.modelStore.path(of: entry.file)
    }
  }

  /// What the file must be. The catalogue's word counts before the manifest's, which anybody on the machine can edit.
  func expectation(of entry: ModelEntry) throws -> Manifest.File {
    if let sha256 = entry.sha256 { return Manifest.File(size: entry.size, sha256: sha256) }
    if entry.origin == .pack, let file = try Manifest.read(in: modelsFolder)?.files[entry.file] { return file }
    throw ModelStoreError(
      .checksumUnknown, "Nothing says what \(entry.file) must be: \(modelsFolder)/manifest.json does not list it.",
      hint: Self.pullHint)
  }

  private static func read(_ path: String) throws -> [UInt8] {
    do {
      return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
    } catch {
      throw ModelStoreError(.unreadable, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }
}

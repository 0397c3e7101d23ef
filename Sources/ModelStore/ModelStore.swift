import Foundation

/// The models on this machine: where they are, what they must be, and their bytes once they were checked.
///
/// A value without state; any thread may use it.
public struct ModelStore: Sendable {
  /// The one folder everything fetched goes to.
  public let home: String
  /// A folder of models brought by hand, searched by file name before ``modelsFolder``; nil for none.
  public let modelsPath: String?
  public let catalogue: Catalogue

  /// - Parameters:
  ///   - home: nil = ``defaultHome(environment:)``.
  ///   - modelsPath: the value of `--models-path`.
  ///   - catalogue: nil = ``Catalogue/all()``.
  ///
  /// Throws `folderMissing` when there is no folder `modelsPath`, and what reading the catalogue throws.
  public init(home: String? = nil, modelsPath: String? = nil, catalogue: Catalogue? = nil) throws {
    self.home = home ?? Self.defaultHome()
    self.modelsPath = modelsPath
    self.catalogue = try catalogue ?? Catalogue.all()
    if let modelsPath, !Self.isFolder(modelsPath) {
      throw ModelStoreError(
        .folderMissing, "There is no folder \(modelsPath).", hint: "Make it, or give another to --models-path.")
    }
  }

  /// `$LIKENESS_HOME`, else `$XDG_DATA_HOME/likeness`, else `~/.local/share/likeness`.
  public static func defaultHome(environment: [String: String]? = nil) -> String {
    let environment = environment ?? ProcessInfo.processInfo.environment
    if let home = environment["LIKENESS_HOME"], !home.isEmpty { return home }
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/likeness" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/likeness"
  }

  public var modelsFolder: String { home + "/models" }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Where the model's file is, or would be. Throws `unknownModel`, `resourceMissing`.
  public func path(of id: ModelID) throws -> String {
    try path(of: catalogue.entry(id))
  }

  /// The model's bytes, once they are known to be the model's: their SHA-256 is compared with the catalogue's, else
  /// with the converter's manifest, else (files of origin `download`) with what was recorded when the file was first
  /// used.
  ///
  /// Throws `unknownModel`, `modelMissing`, `unreadable`, `modelDamaged`, `checksumMismatch`, `checksumUnknown`,
  /// `listInvalid`.
  public func load(_ id: ModelID) throws -> [UInt8] {
    if let bytes = try loadFromCollection(id) { return bytes }
    let entry = try catalogue.entry(id)
    let path = try path(of: entry)
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelStoreError(
        .modelMissing, "The model \(entry.id) is missing: there is no \(path).", hint: Self.pullHint(entry))
    }
    let bytes = try Self.read(path)
    try ModelBytes.check(start: bytes.prefix(64), path: path, hint: Self.pullHint(entry))
    let found = FileDigest.sha256(bytes)
    if entry.origin == .download {
      try confirm(entry, path: path, sha256: found, bytes: bytes) { CRC32.text(of: bytes) }
    } else {
      let expected = try expectation(of: entry)
      guard found == expected.sha256 else { throw Self.mismatch(entry, path, found: found, expected: expected.sha256) }
    }
    return bytes
  }

  /// The same by a name that came from outside.
  public func load(_ id: String) throws -> [UInt8] { try load(ModelID(rawValue: id)) }

  /// What ``load(_:)`` holds the model's file to, 64 lower-case hex digits; nil where nothing is known or recorded, and
  /// for members of collections.
  public func knownSHA256(of id: ModelID) -> String? {
    guard let entry = try? catalogue.entry(id) else { return nil }
    guard entry.origin == .download else { return try? expectation(of: entry).sha256 }
    guard let path = try? path(of: entry) else { return nil }
    return try? ModelLock.read(in: Self.folder(of: path)).files[entry.file]?.sha256
  }

  static func pullHint(_ entry: ModelEntry) -> String {
    entry.origin == .download || entry.isOptional
      ? "Run: likeness models pull \(entry.id)" : "Run: likeness models pull"
  }

  static func mismatch(_ entry: ModelEntry, _ path: String, found: String, expected: String) -> ModelStoreError {
    ModelStoreError(
      .checksumMismatch, "\(path) is not the model \(entry.id): its SHA-256 is \(found), expected \(expected).",
      hint: pullHint(entry))
  }

  func path(of entry: ModelEntry) throws -> String {
    if entry.origin == .resource { return try ResourceLocator.modelStore.path(of: entry.file) }
    let paths = [modelsPath, modelsFolder].compactMap { $0 }.map { "\($0)/\(entry.file)" }
    if let path = paths.first(where: FileManager.default.fileExists(atPath:)) { return path }
    // The converter writes to Likeness' home alone; a download goes where the user keeps models.
    return entry.origin == .download ? paths[0] : paths[paths.count - 1]
  }

  /// What the file must be. The catalogue's word counts before the manifest's, which anybody on the machine can edit.
  func expectation(of entry: ModelEntry) throws -> Manifest.File {
    if let sha256 = entry.sha256 { return Manifest.File(size: entry.size, sha256: sha256) }
    if entry.origin == .pack, let file = try Manifest.read(in: modelsFolder)?.files[entry.file] { return file }
    throw ModelStoreError(
      .checksumUnknown, "Nothing says what \(entry.file) must be: \(modelsFolder)/manifest.json does not list it.",
      hint: Self.pullHint(entry))
  }

  private static func read(_ path: String) throws -> [UInt8] { try [UInt8](mapped(path)) }

  /// The file's bytes, read as they are looked at.
  static func mapped(_ path: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw ModelStoreError(.unreadable, "\(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }
}

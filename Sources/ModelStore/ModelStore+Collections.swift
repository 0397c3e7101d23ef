import Foundation

/// Models in folders of their own below the models folders: the deep swapper's, named `vendor/name`, and the user's
/// own, `custom/name`. The catalogue does not list them.
extension ModelStore {
  /// The folder of the user's own models.
  public static let ownCollection = "custom"
  /// Suffixes of model files there, the first one found counts.
  private static let suffixes = ["dfm", "onnx"]

  /// The names of the models that lie in a folder, sorted: of files that end in `.dfm` or `.onnx` and are not hidden.
  /// (FaceFusion takes every file, a model's hash too: vision.md §36, 25.)
  public func names(inCollection collection: String) -> [String] {
    let files = collectionFolders(collection).flatMap {
      (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? []
    }
    let names = files.compactMap { file -> String? in
      guard !file.hasPrefix("."), let dot = file.lastIndex(of: "."),
        Self.suffixes.contains(String(file[file.index(after: dot)...]))
      else { return nil }
      return String(file[..<dot])
    }
    return Set(names).sorted()
  }

  /// The bytes of `vendor/name`; nil for an id of another form.
  ///
  /// Published files are held to what they were when they were first used, as other published files are. The user's own
  /// are taken as they are.
  ///
  /// Throws `modelMissing`, `unreadable`, `modelDamaged`, `checksumMismatch`, `listInvalid`.
  func loadFromCollection(_ id: ModelID) throws -> [UInt8]? {
    let parts = id.rawValue.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }) else { return nil }
    let path = try collectionPath(collection: parts[0], name: parts[1])
    let hint = "Bring the file again, from where it is published."
    let bytes = try [UInt8](Self.mapped(path))
    try ModelBytes.check(start: bytes.prefix(64), path: path, hint: hint)
    guard parts[0] != Self.ownCollection else { return bytes }
    let entry = Self.collectionEntry(id, file: URL(fileURLWithPath: path).lastPathComponent, vendor: parts[0])
    do {
      try confirm(entry, path: path, sha256: FileDigest.sha256(bytes), bytes: bytes) { CRC32.text(of: bytes) }
    } catch let error as ModelStoreError where error.code == .checksumMismatch || error.code == .modelDamaged {
      throw ModelStoreError(error.code, error.message, hint: hint, underlying: error)
    }
    return bytes
  }

  private func collectionFolders(_ collection: String) -> [String] {
    [modelsPath, modelsFolder].compactMap { $0 }.map { "\($0)/\(collection)" }
  }

  private func collectionPath(collection: String, name: String) throws -> String {
    let folders = collectionFolders(collection)
    let paths = folders.flatMap { folder in Self.suffixes.map { "\(folder)/\(name).\($0)" } }
    if let path = paths.first(where: FileManager.default.fileExists(atPath:)) { return path }
    let names = names(inCollection: collection)
    let known = names.isEmpty ? "" : " There are: \(names.map { "\(collection)/\($0)" }.joined(separator: ", "))."
    throw ModelStoreError(
      .modelMissing, "The model \(collection)/\(name) is missing: there is no \(paths[0]).",
      hint: "Put \(name).dfm into \(folders[0]).\(known)")
  }

  private static func collectionEntry(_ id: ModelID, file: String, vendor: String) -> ModelEntry {
    ModelEntry(
      id: id.rawValue, pack: "facefusion", role: .deepSwapper, title: id.rawValue, file: file, origin: .download,
      isOptional: true, vendor: vendor, year: 0,
      licence: Licence(name: "Unknown", url: "", notes: "", allowsCommercialUse: false, needsAcceptance: true),
      source: nil, release: nil, uses: [], sizes: [], precision: nil, size: nil, sha256: nil)
  }
}

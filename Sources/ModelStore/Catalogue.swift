import Foundation

/// The models the program knows: data only, read from the program's resources.
public struct Catalogue: Sendable {
  public let entries: [ModelEntry]
  /// Where files of origin `download` are published, in the order they are asked.
  public let hosts: [DownloadHost]

  /// The open pack and the published FaceFusion models.
  public static func all() throws -> Catalogue { try Catalogue(joining: [open(), facefusion()]) }

  /// The open pack: `catalogue.json`.
  public static func open() throws -> Catalogue {
    try Catalogue(path: ResourceLocator.modelStore.path(of: "catalogue.json"))
  }

  /// The files of FaceFusion 3.8.1's named models: `facefusion.json`.
  public static func facefusion() throws -> Catalogue {
    try Catalogue(peerPath: ResourceLocator.modelStore.path(of: "facefusion.json"))
  }

  /// Reads a list in the form of `catalogue.json`.
  ///
  /// Throws `listInvalid` for anything but a catalogue with distinct ids and plain file names.
  public init(path: String) throws {
    let document = try Self.decode(OpenDocument.self, path)
    try self.init(entries: document.models.map { $0.entry(pack: document.pack) }, hosts: [], path: path)
  }

  /// Reads a list in the form of `facefusion.json`. Throws `listInvalid` as well for a licence or part it does not
  /// explain.
  public init(peerPath path: String) throws {
    let document = try Self.decode(PeerDocument.self, path)
    try self.init(entries: document.entries(path: path), hosts: document.hosts, path: path)
  }

  /// One catalogue of several. Throws `listInvalid` when two name the same model or file.
  public init(joining catalogues: [Catalogue]) throws {
    try self.init(
      entries: catalogues.flatMap(\.entries), hosts: catalogues.flatMap(\.hosts), path: "The joined catalogue")
  }

  private init(entries: [ModelEntry], hosts: [DownloadHost], path: String) throws {
    self.entries = entries
    self.hosts = hosts
    guard Set(entries.map(\.id)).count == entries.count, Set(entries.map(\.file)).count == entries.count else {
      throw ModelStoreError(.listInvalid, "\(path) names a model twice.")
    }
    // A name with a slash could point outside the models folder.
    if let bad = entries.first(where: { $0.file.isEmpty || $0.file.contains("/") || $0.file.hasPrefix(".") }) {
      throw ModelStoreError(.listInvalid, "\(path) gives the model \(bad.id) the file name \"\(bad.file)\".")
    }
  }

  private static func decode<Document: Decodable>(_ type: Document.Type, _ path: String) throws -> Document {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ModelStoreError(
        .listInvalid, "\(path) is not a model catalogue: \(error.localizedDescription)", underlying: error)
    }
  }
}

/// The form of `catalogue.json`.
private struct OpenDocument: Decodable {
  let pack: String
  let models: [Model]

  struct Model: Decodable {
    let id: String
    let role: ModelEntry.Role
    let title: String
    let file: String
    let origin: ModelEntry.Origin
    let optional: Bool?
    let vendor: String
    let year: Int
    let licence: String
    let licenceURL: String
    let licenceNotes: String
    let allowsCommercialUse: Bool
    let source: ModelEntry.Source?
    let size: Int?
    let sha256: String?

    func entry(pack: String) -> ModelEntry {
      let terms = Licence(
        name: licence, url: licenceURL, notes: licenceNotes, allowsCommercialUse: allowsCommercialUse,
        needsAcceptance: !allowsCommercialUse)
      return ModelEntry(
        id: id, pack: pack, role: role, title: title, file: file, origin: origin, isOptional: optional ?? false,
        vendor: vendor, year: year, licence: terms, source: source, release: nil, uses: [], sizes: [],
        precision: nil, size: size, sha256: sha256)
    }
  }
}

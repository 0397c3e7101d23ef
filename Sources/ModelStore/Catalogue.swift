import Foundation

/// The models the program knows: data only, read from `catalogue.json`.
public struct Catalogue: Sendable {
  public let pack: String
  public let entries: [ModelEntry]

  private struct Document: Codable {
    let pack: String
    let models: [ModelEntry]
  }

  /// Reads the open pack's catalogue from the program's resources.
  public static func open() throws -> Catalogue {
    try Catalogue(path: ResourceLocator.modelStore.path(of: "catalogue.json"))
  }

  /// Throws `listInvalid` for anything but a catalogue with distinct ids and plain file names.
  public init(path: String) throws {
    do {
      let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      pack = document.pack
      entries = document.models
    } catch {
      throw ModelStoreError(
        .listInvalid, "\(path) is not a model catalogue: \(error.localizedDescription)", underlying: error)
    }
    guard Set(entries.map(\.id)).count == entries.count else {
      throw ModelStoreError(.listInvalid, "\(path) names a model twice.")
    }
    // A name with a slash could point outside the models folder.
    if let bad = entries.first(where: { $0.file.isEmpty || $0.file.contains("/") || $0.file.hasPrefix(".") }) {
      throw ModelStoreError(.listInvalid, "\(path) gives the model \(bad.id) the file name \"\(bad.file)\".")
    }
  }

  /// Throws `unknownModel`.
  public func entry(_ id: ModelID) throws -> ModelEntry {
    if let entry = entries.first(where: { $0.id == id.rawValue }) { return entry }
    throw ModelStoreError(
      .unknownModel, "There is no model \(id.rawValue).",
      hint: "Known models: \(entries.map(\.id).joined(separator: ", ")).")
  }
}

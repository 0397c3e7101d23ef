/// The form of `facefusion.json`: what many files share (hosts, licences, parts of the program) is written once.
struct PeerDocument: Decodable {
  let pack: String
  let hosts: [DownloadHost]
  let licences: [Terms]
  let parts: [String: Part]
  let files: [File]

  struct Terms: Decodable {
    let name: String
    let commercial: Bool
    let acceptance: Bool
    let notes: String
    let url: String
  }

  struct Part: Decodable {
    let module: String
    let option: String?
    let `default`: String?
  }

  struct File: Decodable {
    let file: String
    let role: ModelEntry.Role
    /// `part/model`, one for each model that needs the file.
    let uses: [String]
    let release: String
    let vendor: String
    let licence: String
    let year: Int
    let sizes: [Int]?
    let precision: String?
    /// True where the model has no option's value of its own.
    let implicit: Bool?
  }

  func entries(path: String) throws -> [ModelEntry] { try files.map { try entry($0, path: path) } }

  private func entry(_ file: File, path: String) throws -> ModelEntry {
    guard let terms = licences.first(where: { $0.name == file.licence }) else {
      throw ModelStoreError(
        .listInvalid, "\(path) gives \(file.file) the licence \"\(file.licence)\" and does not explain it.")
    }
    let uses = try file.uses.map { try use($0, of: file, path: path) }
    let stem = file.file.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
    return ModelEntry(
      id: stem, pack: pack, role: file.role, title: uses.map(\.model).joined(separator: ", "), file: file.file,
      origin: .download, isOptional: true, vendor: file.vendor, year: file.year,
      licence: Licence(
        name: terms.name, url: terms.url, notes: terms.notes, allowsCommercialUse: terms.commercial,
        needsAcceptance: terms.acceptance),
      source: nil, release: file.release, uses: uses, sizes: file.sizes ?? [], precision: file.precision, size: nil,
      sha256: nil)
  }

  private func use(_ text: String, of file: File, path: String) throws -> ModelEntry.Use {
    let words = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard words.count == 2, let part = parts[words[0]] else {
      throw ModelStoreError(.listInvalid, "\(path) gives \(file.file) the use \"\(text)\" and does not explain it.")
    }
    let option = file.implicit == true ? nil : part.option
    return ModelEntry.Use(
      module: part.module, part: words[0], model: words[1], option: option,
      isDefault: option != nil && part.default == words[1])
  }
}

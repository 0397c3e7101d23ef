import Foundation
import ModelStore

/// The models as a table or as JSON on standard output.
struct ModelTable {
  private let rows: [Row]

  init(_ models: [ModelStatus], catalogue: Catalogue) {
    rows = models.map { Row($0, catalogue: catalogue) }
  }

  func show(asJSON: Bool) throws {
    print(asJSON ? try JSONText.make(rows) : text)
  }

  private var text: String {
    let cells = rows.map { row in
      [row.id, row.pack, row.role, row.state, row.licence, row.flag, row.vendor, String(row.year)]
    }
    return TextTable(
      header: ["model", "pack", "role", "state", "licence", "use", "vendor", "year"], rows: cells
    ).text
  }

  private struct Row: Encodable {
    struct Use: Encodable {
      let module: String
      let model: String
      let option: String?
      let isDefault: Bool
    }

    let id: String
    let pack: String
    let role: String
    let title: String
    let file: String
    let path: String
    let state: String
    let optional: Bool
    let vendor: String
    let year: Int
    let licence: String
    let licenceNotes: String
    let licenceURL: String
    let commercialUse: Bool
    let needsAcceptance: Bool
    let uses: [Use]
    let sizes: [Int]
    let precision: String?
    let urls: [String]
    let flag: String

    init(_ status: ModelStatus, catalogue: Catalogue) {
      let entry = status.entry
      id = entry.id
      pack = entry.pack
      role = entry.role.rawValue
      title = entry.title
      file = entry.file
      path = status.path
      state = status.summary
      optional = entry.isOptional
      vendor = entry.vendor
      year = entry.year
      licence = entry.licence.name
      licenceNotes = entry.licence.notes
      licenceURL = entry.licence.url
      commercialUse = entry.licence.allowsCommercialUse
      needsAcceptance = entry.licence.needsAcceptance
      uses = entry.uses.map { Use(module: $0.module, model: $0.model, option: $0.option, isDefault: $0.isDefault) }
      sizes = entry.sizes
      precision = entry.precision
      flag = entry.licence.flag
      urls =
        entry.release.map { release in
          catalogue.hosts.compactMap { $0.url(release: release, file: entry.file)?.absoluteString }
        } ?? [entry.source?.url].compactMap { $0 }
    }
  }
}

import ArgumentParser
import Foundation
import ModelStore

/// `likeness models pull`.
struct ModelsPullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetches and converts what is missing.",
    discussion: """
      Without names: the open pack, made by the project's converter. A name of the pack facefusion is fetched from its \
      publisher with all the files it needs. Documentation/models.md tells about hosts, proxies, sums and licences.
      """)

  @Argument(help: "Models, ids or file names as likeness models list shows them, for example inswapper_128.")
  var models: [String] = []

  @OptionGroup var place: ModelsCommand.Place

  @Option(help: "All models of a pack: open or facefusion.")
  var pack: String?

  @Option(name: .customLong("accept-licence"), parsing: .upToNextOption, help: "Licences you accept, by name.")
  var acceptedLicences: [String] = []

  @Option(parsing: .upToNextOption, help: "Providers in the order they are asked. (default: github huggingface)")
  var downloadProviders: [String] = []

  @Flag(help: "Take the publisher's file even when it differs from the one recorded before.")
  var renew = false

  func run() throws {
    let store = try place.store()
    let wanted = try entries(store.catalogue)
    let downloads = wanted.filter { $0.origin == .download }
    let optional = wanted.filter { $0.origin == .pack && $0.isOptional }
    // What fails without a byte fetched comes first.
    if !downloads.isEmpty { try fetch(downloads, store) }
    if wanted.contains(where: { $0.origin == .pack }) {
      try store.makeOpenPack(with: optional) { Console.shared.write($0) }
    }
  }

  private func entries(_ catalogue: Catalogue) throws -> [ModelEntry] {
    if let pack {
      guard models.isEmpty else { throw ValidationError("Give models or --pack, not both.") }
      let all = catalogue.entries.filter { $0.pack == pack }
      guard !all.isEmpty else { throw ValidationError("There is no pack \"\(pack)\": open and facefusion are known.") }
      return all
    }
    if models.isEmpty { return catalogue.entries.filter { $0.origin == .pack && !$0.isOptional } }
    return try models.flatMap { try catalogue.entries(named: $0) }
  }

  private func fetch(_ entries: [ModelEntry], _ store: ModelStore) throws {
    let display = PullDisplay()
    defer { display.finish() }
    let request = PullRequest(
      providers: downloadProviders.isEmpty ? nil : downloadProviders, acceptedLicences: acceptedLicences, renews: renew)
    try store.pull(entries, request, with: AsyncHTTPFetcher()) { display.show($0) }
  }
}

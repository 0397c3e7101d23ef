import ArgumentParser
import Foundation
import ModelStore

/// `likeness models`: what networks there are, where they come from and whether they are whole.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Shows, fetches and checks the models.",
    subcommands: [List.self, ModelsPullCommand.self, Verify.self])

  /// What every subcommand takes.
  struct Place: ParsableArguments {
    @Option(help: "A folder of models brought by hand; a file there is used before the one in Likeness' own folder.")
    var modelsPath: String?

    func store() throws -> ModelStore { try ModelStore(modelsPath: modelsPath) }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models with licence and state.")

    @OptionGroup var place: Place

    @Option(help: "Only this pack: open or facefusion.")
    var pack: String?

    @Option(help: "Only this role, for example face_swapper.")
    var role: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if let role, ModelEntry.Role(rawValue: role) == nil {
        let known = ModelEntry.Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("There is no role \"\(role)\". Known roles: \(known).")
      }
    }

    func run() throws {
      let store = try place.store()
      let packs = Set(store.catalogue.entries.map(\.pack)).sorted()
      if let pack, !packs.contains(pack) {
        throw ValidationError("There is no pack \"\(pack)\". Known packs: \(packs.joined(separator: ", ")).")
      }
      let models = store.list().filter { status in
        (pack == nil || status.entry.pack == pack) && (role == nil || status.entry.role.rawValue == role)
      }
      try ModelTable(models, catalogue: store.catalogue).show(asJSON: json)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares every model with its SHA-256.",
      discussion: "Without names: what the program needs and whatever else is there. The exit status is 5 when a model "
        + "is missing (an optional one only when it is named) or not what it should be.")

    @Argument(help: "Models, ids or file names as likeness models list shows them.")
    var models: [String] = []

    @OptionGroup var place: Place

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let store = try place.store()
      let named = try models.flatMap { try store.catalogue.entries(named: $0) }
      let all = named.isEmpty ? store.verify() : store.verify(named)
      // What is optional and was never fetched is no finding; what was asked for by name is.
      let checked = all.filter { !(named.isEmpty && $0.state == .missing && $0.entry.isOptional) }
      try ModelTable(checked, catalogue: store.catalogue).show(asJSON: json)
      if !checked.allSatisfy(\.isUsable) { throw ExitCode(ExitStatus.notInstalled.rawValue) }
    }
  }
}

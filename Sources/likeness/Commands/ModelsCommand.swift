import ArgumentParser
import Foundation
import ModelStore

/// `likeness models`: what networks there are, where they come from and whether they are whole.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Shows, fetches and checks the models.",
    subcommands: [List.self, Pull.self, Verify.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models with licence and state.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try ModelsCommand.show(ModelStore().list(), asJSON: json)
    }
  }

  struct Pull: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fetches and converts what is missing.")

    func run() throws {
      try ModelStore().pull { Console.shared.write($0) }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares every model with its SHA-256.",
      discussion: "The exit status is 5 when a model is missing or not what it should be.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let models = try ModelStore().verify()
      try ModelsCommand.show(models, asJSON: json)
      if !models.allSatisfy(\.isUsable) { throw ExitCode(ExitStatus.notInstalled.rawValue) }
    }
  }

  private struct Row: Encodable {
    let id: String
    let role: String
    let state: String
    let licence: String
    let commercialUse: Bool
    let vendor: String
    let path: String

    init(_ status: ModelStatus) {
      id = status.entry.id
      role = status.entry.role.rawValue
      state = status.summary
      licence = status.entry.licence
      commercialUse = status.entry.allowsCommercialUse
      vendor = status.entry.vendor
      path = status.path
    }
  }

  private static func show(_ models: [ModelStatus], asJSON: Bool) throws {
    let rows = models.map(Row.init)
    if asJSON {
      print(try JSONText.make(rows))
    } else {
      let cells = rows.map { [$0.id, $0.role, $0.state, $0.licence, $0.vendor] }
      print(TextTable(header: ["model", "role", "state", "licence", "vendor"], rows: cells).text)
    }
  }
}

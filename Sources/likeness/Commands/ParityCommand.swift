import ArgumentParser
import Foundation
import Parity
import TestSupport

/// `likeness parity`: runs one golden case and compares.
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity", abstract: "Runs a golden case and prints the largest differences.",
    discussion:
      "The exit status is 1 when an output lies beyond its tolerance. Groups: "
      + groups.flatMap { $0.groups }.sorted().joined(separator: ", ") + ".",
    shouldDisplay: false)

  static let groups: [any ParityGroup.Type] = ParityGroups.all + [EndToEndCases.self, MediaCases.self]

  @Argument(help: "Folder with case.json and its arrays.")
  var caseFolder: String

  @Option(help: "Folder that the outputs are written to, as raw little-endian numbers named after the output.")
  var out: String

  @Option(
    help:
      "Folder with the models of the case; without it the folder standins beside the case, its folder or the one above."
  )
  var modelsPath: String?

  func run() throws {
    let parityCase: ParityCase
    let outputs: ParityOutputs
    do {
      parityCase = try ParityCase(folder: caseFolder)
      let models = modelsPath.map { StandInModels(folder: $0) }
      outputs = try ParityGroups.run(ParityRun(parityCase, models: models), among: Self.groups)
      try write(outputs)
    } catch let error as TestSupportError {
      throw ValidationError("\(error)")
    }
    let verdicts = try outputs.compare(with: parityCase)
    print(parityCase.id)
    print(TextTable(header: ["output", "largest", "mean", "differ", "tolerance"], rows: verdicts.map(Self.row)).text)
    if !verdicts.allSatisfy(\.complaints.isEmpty) { throw ExitCode(ExitStatus.failure.rawValue) }
  }

  private func write(_ outputs: ParityOutputs) throws {
    for output in outputs.outputs {
      try ParityCase.write(output.values, name: output.name, as: output.type, to: out)
    }
    guard !outputs.values.isEmpty else { return }
    let values = Dictionary(outputs.values.map { ($0.name, $0.value) }) { $1 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    try encoder.encode(values).write(to: URL(fileURLWithPath: out).appendingPathComponent("values.json"))
  }

  private static func row(_ verdict: ParityResult) -> [String] {
    [
      verdict.name, String(format: "%.6g", verdict.difference.maximum),
      String(format: "%.6g", verdict.difference.mean),
      String(format: "%.4f %%", verdict.difference.fractionDifferent * 100),
      verdict.complaints.isEmpty ? "ok" : verdict.complaints.joined(separator: "; "),
    ]
  }
}

import ArgumentParser
import Foundation
import Processors
import TestSupport

/// `likeness parity`: runs one golden case and compares.
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity", abstract: "Runs a golden case and prints the largest differences.",
    discussion: "The exit status is 1 when an output lies beyond its tolerance. Groups: mesh_swap.",
    shouldDisplay: false)

  @Argument(help: "Folder with case.json and its arrays.")
  var caseFolder: String

  @Option(help: "Folder that the outputs are written to, as raw little-endian numbers named after the output.")
  var out: String

  func run() throws {
    let parityCase: ParityCase
    do {
      parityCase = try ParityCase(folder: caseFolder)
    } catch {
      throw ValidationError("\(error)")
    }
    let results: [ParityOutput]
    switch parityCase.group {
    case "mesh_swap": results = try MeshSwapCase.run(parityCase)
    case let group: throw ValidationError("The group \"\(group)\" of \(caseFolder) is not known; known is mesh_swap.")
    }
    var rows: [[String]] = []
    var isGood = true
    for result in results {
      try ParityCase.write(result.values, name: result.name, as: result.type, to: out)
      guard parityCase.outputs.contains(where: { $0.name == result.name }) else { continue }
      let verdict = try parityCase.compare(result.name, with: result.values)
      isGood = isGood && verdict.complaints.isEmpty
      rows.append([
        result.name, String(format: "%.6g", verdict.difference.maximum),
        String(format: "%.6g", verdict.difference.mean),
        String(format: "%.4f %%", verdict.difference.fractionDifferent * 100),
        verdict.complaints.isEmpty ? "ok" : verdict.complaints.joined(separator: "; "),
      ])
    }
    print(parityCase.id)
    print(TextTable(header: ["output", "largest", "mean", "differ", "tolerance"], rows: rows).text)
    if !isGood { throw ExitCode(ExitStatus.failure.rawValue) }
  }
}

/// One result array of a case.
struct ParityOutput {
  let name: String
  let type: ParityArray.NumberType
  let values: [Double]
}

/// The group `mesh_swap`: one swap of a ready window.
enum MeshSwapCase {
  static func run(_ parityCase: ParityCase) throws -> [ParityOutput] {
    let target = try parityCase.input("target")
    let source = try parityCase.input("source")
    guard target.shape.count == 3, source.shape.count == 3 else {
      throw ValidationError("The case \(parityCase.id) has a target or source that is not rows x columns x 3.")
    }
    func floats(_ name: String) throws -> [Float] { try parityCase.floats(parityCase.input(name)) }
    let hasVisible = parityCase.inputs.contains { $0.name == "visible" }
    let outputs = try MeshSwapParity.run(
      MeshSwapParity.Inputs(
        target: parityCase.bytes(target), side: target.shape[0], mesh: floats("mesh"),
        source: parityCase.bytes(source), sourceWidth: source.shape[1], sourceHeight: source.shape[0],
        sourceMesh: floats("source_mesh"), visible: hasVisible ? floats("visible") : nil,
        weight: weight(parityCase), eyes: eyes(parityCase)))
    func floats(_ name: String, _ values: [Float]) -> ParityOutput {
      ParityOutput(name: name, type: .float32, values: values.map { Double($0) })
    }
    return [
      floats("formed", outputs.formed),
      ParityOutput(name: "ids", type: .int16, values: outputs.ids.map { Double($0) }),
      floats("gains", outputs.gains), floats("gains_mirrored", outputs.gainsMirrored), floats("keep", outputs.keep),
      floats("edge", outputs.edge), floats("mask", outputs.mask),
      ParityOutput(name: "result", type: .uint8, values: outputs.result.map { Double($0) }),
    ]
  }

  private static func weight(_ parityCase: ParityCase) -> Float {
    parityCase.options["face_swapper_weight"]?.numbers.first.map { Float($0) } ?? SwapOptions().weight
  }

  private static func eyes(_ parityCase: ParityCase) -> SwapOptions.Eyes {
    guard case .text(let name) = parityCase.options["face_swapper_eyes"] else { return SwapOptions().eyes }
    return SwapOptions.Eyes(rawValue: name) ?? SwapOptions().eyes
  }
}

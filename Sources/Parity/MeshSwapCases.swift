import Processors
import TestSupport

/// The group `mesh_swap`: one swap of a ready window (spec/mesh_swapper.md).
enum MeshSwapCases: ParityGroup {
  static let groups = ["mesh_swap"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let parityCase = run.parityCase
    let target = try parityCase.input("target")
    let source = try parityCase.input("source")
    guard target.shape.count == 3, source.shape.count == 3 else {
      throw TestSupportError(
        .caseInvalid, "The case \(parityCase.id) has a target or source that is not rows x columns x 3.")
    }
    func floats(_ name: String) throws -> [Float] { try parityCase.floats(parityCase.input(name)) }
    let results = try MeshSwapParity.run(
      MeshSwapParity.Inputs(
        target: parityCase.bytes(target), side: target.shape[0], mesh: floats("mesh"),
        source: parityCase.bytes(source), sourceWidth: source.shape[1], sourceHeight: source.shape[0],
        sourceMesh: floats("source_mesh"), visible: run.hasInput("visible") ? floats("visible") : nil,
        weight: Float(run.number("face_swapper_weight", Double(SwapOptions().weight))),
        eyes: run.text("face_swapper_eyes").flatMap(SwapOptions.Eyes.init) ?? SwapOptions().eyes))
    var outputs = ParityOutputs()
    outputs.add("formed", results.formed)
    outputs.add("ids", results.ids.map { Double($0) }, as: .int16)
    outputs.add("gains", results.gains)
    outputs.add("gains_mirrored", results.gainsMirrored)
    outputs.add("keep", results.keep)
    outputs.add("edge", results.edge)
    outputs.add("mask", results.mask)
    outputs.add("result", results.result.map { Double($0) }, as: .uint8)
    return outputs
  }
}

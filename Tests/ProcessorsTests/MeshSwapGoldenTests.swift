import Processors
import TestSupport
import Testing

/// The golden cases made with the numpy reference.
@Suite struct MeshSwapGoldenTests {
  @Test(arguments: GoldenCase.names)
  func everyStepIsWithinTheTolerance(_ name: String) throws {
    let golden = try GoldenCase(name)
    let outputs = try MeshSwapParity.run(golden.inputs)
    let results = try [
      golden.parity.compare("formed", with: outputs.formed), golden.parity.compare("ids", with: outputs.ids),
      golden.parity.compare("gains", with: outputs.gains),
      golden.parity.compare("gains_mirrored", with: outputs.gainsMirrored),
      golden.parity.compare("keep", with: outputs.keep), golden.parity.compare("edge", with: outputs.edge),
      golden.parity.compare("mask", with: outputs.mask), golden.parity.compare("result", with: outputs.result),
    ]
    for result in results { #expect(result.complaints.isEmpty, "\(name) \(result.name): \(result.complaints)") }
  }

  /// Far inside the kit's tolerances: a step that drifts is noticed here first.
  @Test(arguments: GoldenCase.names)
  func everyStepIsAsExactAsItWasMade(_ name: String) throws {
    let golden = try GoldenCase(name)
    let outputs = try MeshSwapParity.run(golden.inputs)
    #expect(try golden.parity.compare("formed", with: outputs.formed).difference.maximum < 1e-3)
    #expect(try golden.parity.compare("ids", with: outputs.ids).difference.fractionDifferent < 1e-3)
    #expect(try golden.parity.compare("gains", with: outputs.gains).difference.maximum < 1e-4)
    #expect(try golden.parity.compare("gains_mirrored", with: outputs.gainsMirrored).difference.maximum < 1e-4)
    #expect(try golden.parity.compare("keep", with: outputs.keep).difference.maximum < 1e-3)
    #expect(try golden.parity.compare("result", with: outputs.result).difference.maximum <= 4)
    #expect(try golden.parity.compare("result", with: outputs.result).difference.mean < 0.01)
  }

  @Test func arraysOfTheWrongLengthAreRefused() throws {
    var inputs = try GoldenCase(GoldenCase.names[0]).inputs
    inputs.mesh.removeLast()
    #expect(throws: ProcessorsError.self) { try MeshSwapParity.run(inputs) }
    inputs = try GoldenCase(GoldenCase.names[0]).inputs
    inputs.side = 111
    #expect(throws: ProcessorsError.self) { try MeshSwapParity.run(inputs) }
    inputs = try GoldenCase(GoldenCase.names[0]).inputs
    inputs.visible = [1, 2, 3]
    #expect(throws: ProcessorsError.self) { try MeshSwapParity.run(inputs) }
    inputs = try GoldenCase(GoldenCase.names[0]).inputs
    inputs.weight = 1.5
    #expect(throws: ProcessorsError.self) { try MeshSwapParity.run(inputs) }
  }
}

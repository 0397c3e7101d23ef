import Inference
import TestSupport
import Testing

@testable import Processors

@Suite struct BoundNetworkTests {
  private static func session(_ model: TinyModel) throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: model.bytes, name: "bound", options: SessionOptions(providers: .list([.cpu])))
  }

  /// left − right, and the difference once more where `extra` says so.
  private static func difference(
    right: String = "right", output: [TinyModel.Dimension] = [1, 4], extra: [TinyModel.Dimension]? = nil
  ) -> TinyModel {
    var model = TinyModel()
    model.input(right, [1, 4])
    model.input("left", [1, 4])
    model.node("Sub", ["left", right], ["difference"])
    model.output("difference", output)
    if let extra {
      model.node("Identity", ["difference"], ["again"])
      model.output("again", extra)
    }
    return model
  }

  @Test(arguments: [nil, [1, 4], [.named("a"), .named("b")]] as [[TinyModel.Dimension]?])
  func inputsAreFoundByNameAndFurtherOutputsAreLeftAlone(extra: [TinyModel.Dimension]?) throws {
    let network = try BoundNetwork(
      Self.session(Self.difference(extra: extra)), inputs: ["left": [1, 4], "right": [1, 4]], outputs: [[1, 4]])
    for round in 0..<3 {
      network.input("left").floats = [10, 20, 30, Float(round)]
      network.input("right").floats = [1, 2, 3, 4]
      try network.run()
      #expect(network.output().floats == [9, 18, 27, Float(round) - 4])
    }
  }

  @Test(
    arguments: [
      (["left": [1, 4]], [[1, 4]]), (["left": [1, 4], "right": [1, 5]], [[1, 4]]),
      (["left": [1, 4], "right": [1, 4]], [[1, 3]]), (["left": [1, 4], "right": [1, 4]], [[1, 4], [1, 4]]),
      (["left": [1, 4], "right": [1, 4], "more": [1]], [[1, 4]]), (["left": [1, 4], "rigth": [1, 4]], [[1, 4]]),
    ] as [([String: [Int]], [[Int]])])
  func anotherFormIsRefusedByName(inputs: [String: [Int]], outputs: [[Int]]) throws {
    let session = try Self.session(Self.difference())
    let error = try #require(throws: ProcessorsError.self) {
      try BoundNetwork(session, inputs: inputs, outputs: outputs)
    }
    #expect(error.code == .model)
    #expect(error.message.contains("bound"))
    #expect(error.message.contains("[1×4]"))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreAnError(bad: Float) throws {
    let network = try BoundNetwork(
      Self.session(Self.difference()), inputs: ["left": [1, 4], "right": [1, 4]], outputs: [[1, 4]])
    network.input("left").floats = [0, 0, bad, 0]
    let error = try #require(throws: ProcessorsError.self) { try network.run() }
    #expect(error.code == .model)
    #expect(error.message.contains("[1, 4]"))
    #expect(error.message.contains("element 2"))
  }

  @Test func anOutputOfAnotherShapeThanDeclaredIsAnError() throws {
    var model = TinyModel()
    model.input("x", [1, 4])
    model.initializer("shape", shape: [1], ints: [4])
    model.node("Reshape", ["x", "shape"], ["y"])
    model.output("y", [.named("a"), .named("b")])
    do {
      let network = try BoundNetwork(Self.session(model), inputs: ["x": [1, 4]], outputs: [[1, 4]])
      try network.run()
      Issue.record("the run went through")
    } catch let error as ProcessorsError {
      #expect(error.code == .model)
    } catch let error as InferenceError {
      // A runtime that compares what is declared with what is computed refuses the file itself.
      #expect(error.code == .modelRefused)
    }
  }
}

import TestSupport
import Testing

@testable import Inference

/// Wrong tensors, refused models, numbers that are none: each gives its error, none ends the process.
@Suite struct InferenceErrorTests {
  let runtime: OnnxRuntime

  init() throws { runtime = try OnnxRuntime.open() }

  /// Inputs and outputs for a model that takes and gives float32[1×3], and a word of the message.
  @Test(
    arguments: [
      ([], [[1, 3]], "1 input(s), 0 given"), ([[1, 3], [1, 3]], [[1, 3]], "1 input(s), 2 given"),
      ([[3]], [[1, 3]], "float32[3]"), ([[1, 4]], [[1, 3]], "float32[1×4]"),
      ([[1, 3, 1]], [[1, 3]], "x float32[1×3]"),
      ([[1, 3]], [], "1 output(s), 0 given"), ([[1, 3]], [[3, 1]], "y float32[1×3]"),
    ] as [([[Int]], [[Int]], String)])
  func refusesWrongShapes(inputs: [[Int]], outputs: [[Int]], words: String) throws {
    let session = try InferenceSession(
      runtime: runtime, bytes: TinyModel.addOne(shape: [1, 3]).bytes, name: "add-one")
    let error = try #require(throws: InferenceError.self) {
      try session.run(inputs.map { Tensor(shape: $0) }, into: outputs.map { Tensor(shape: $0) })
    }
    #expect(error.code == .tensorMismatch)
    #expect(error.message.contains(words), "\(error.message)")
    #expect(error.message.contains("add-one"))
  }

  @Test func refusesAnotherNumberType() throws {
    let session = try InferenceSession(runtime: runtime, bytes: TinyModel.identity().bytes, name: "m")
    let error = try #require(throws: InferenceError.self) { try session.run([Tensor(shape: [2], type: .uint8)]) }
    #expect(error.code == .tensorMismatch)
    #expect(error.message.contains("uint8"))
  }

  @Test func saysThatAnOpenOutputHasAnotherSize() throws {
    let session = try InferenceSession(runtime: runtime, bytes: TinyModel.identity().bytes, name: "m")
    let error = try #require(throws: InferenceError.self) {
      try session.run([Tensor(shape: [2])], into: [Tensor(shape: [3])])
    }
    #expect(error.code == .runFailed)
  }

  @Test func refusesAnOperatorThatDoesNotExist() throws {
    var model = TinyModel()
    model.input("x", [1])
    model.node("NoSuchOperator", ["x"], ["y"])
    model.output("y", [1])
    let error = try #require(throws: InferenceError.self) {
      try InferenceSession(runtime: runtime, bytes: model.bytes, name: "strange")
    }
    #expect(error.code == .modelRefused)
    #expect(error.message.contains("strange"))
    #expect(error.message.contains("NoSuchOperator"))
  }

  @Test func refusesANumberTypeWeDoNotHold() throws {
    var model = TinyModel()
    model.input("x", [1])
    model.node("Cast", ["x"], ["y"], [("to", .int(9))])
    model.output("y", [1], typeCode: 9)
    let error = try #require(throws: InferenceError.self) {
      try InferenceSession(runtime: runtime, bytes: model.bytes, name: "truth")
    }
    #expect(error.code == .modelRefused)
    #expect(error.hint?.contains("float32") == true)
  }

  @Test func findsNumbersThatAreNone() throws {
    var model = TinyModel()
    model.input("x", [2])
    model.node("Log", ["x"], ["y"])
    model.output("y", [2])
    let bad = Tensor(shape: [2], elements: [Float(1), -1])
    let careful = try InferenceSession(
      runtime: runtime, bytes: model.bytes, name: "log", options: SessionOptions(checksFinite: true))
    let error = try #require(throws: InferenceError.self) { try careful.run([bad]) }
    #expect(error.code == .notFinite)
    #expect(error.message.contains("element 1 of 2"))
    #expect(throws: InferenceError.self) { try careful.run([bad], into: [Tensor(shape: [2])]) }
    #expect(try careful.run([Tensor(shape: [2], elements: [Float(1), 1])])[0].floats == [0, 0])
    // Without the check the numbers are handed over as they are.
    let plain = try InferenceSession(runtime: runtime, bytes: model.bytes, name: "log")
    #expect(try plain.run([bad])[0].floats[1].isNaN)
  }
}

import Inference
import ModelStore
import TestSupport

@testable import Faces

/// Networks of tests that give the same numbers whatever they see.
enum StandInNetworks {
  static func session(_ model: TinyModel, name: String = "stand-in") throws -> InferenceSession {
    try InferenceSession(
      runtime: OnnxRuntime.open(), bytes: model.bytes, name: name,
      options: SessionOptions(providers: .list([.cpu])))
  }

  /// One picture in, these numbers out.
  static func constant(
    side: Int, name: String = "stand-in", _ outputs: [(name: String, shape: [Int], values: [Float])]
  ) throws -> InferenceSession {
    try session(
      .constant(input: ("input", [1, 3, .fixed(side), .fixed(side)]), outputs: outputs), name: name)
  }
}

/// Whether a piece of code throws a ``FacesError`` of this code whose message names all of these words.
func throwsFacesError(_ code: FacesError.Code, naming words: [String], _ body: () throws -> Void) -> Bool {
  do {
    try body()
    return false
  } catch let error as FacesError {
    return error.code == code && words.allSatisfy { error.message.contains($0) }
  } catch {
    return false
  }
}

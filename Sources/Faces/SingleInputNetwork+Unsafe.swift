import Inference

/// A network with one float input of a known shape whose first output is read: its session and its tensors, made once.
final class SingleInputNetwork {
  let session: InferenceSession
  private let input: Tensor
  /// Where the model says all sizes of what it gives.
  private let outputs: [Tensor]?

  /// - Throws: ``FacesError`` of code `unexpectedModel` when the model takes something else.
  init(session: InferenceSession, shape: [Int]) throws {
    guard session.inputs.count == 1, let info = session.inputs.first, info.type == .float32, info.accepts(shape),
      session.outputs.first?.type == .float32
    else {
      throw FacesError.unexpected(
        session, "takes \(session.inputs.map(\.description).joined(separator: ", ")), not one float32\(shape)")
    }
    self.session = session
    input = Tensor(shape: shape)
    outputs = session.outputs.contains(where: \.isDynamic) ? nil : try session.makeOutputs()
  }

  /// Lets `fill` write the input, runs the model and gives its first output, which the next run may overwrite.
  func run(_ fill: (UnsafeMutableBufferPointer<Float>) -> Void) throws -> Tensor {
    input.withMutableFloats(fill)
    if let outputs {
      try session.run([input], into: outputs)
      return outputs[0]
    }
    let results = try session.run([input])
    guard let first = results.first, first.type == .float32 else {
      throw FacesError.unexpected(session, "gives nothing")
    }
    return first
  }
}

extension FacesError {
  /// - Parameter fact: What the model does, as the end of a sentence.
  static func unexpected(_ session: InferenceSession, _ fact: String) -> FacesError {
    FacesError(
      code: .unexpectedModel, message: "The model \(session.name) \(fact).", hint: "Run `likeness models verify`.")
  }
}

import Inference

/// A network whose inputs are bound by name and whose outputs the runtime makes, because files of one kind differ in
/// their sizes. Its session and its inputs are made once. Owned by one worker.
final class NamedNetwork {
  let session: InferenceSession
  private let inputs: [Tensor]

  /// - Parameter shapes: Of every input, by name. A model with one input may call it as it likes.
  /// - Throws: ``ProcessorsError`` of code `model` when the model takes something else.
  init(session: InferenceSession, inputs shapes: [String: [Int]]) throws {
    self.session = session
    inputs = try session.inputs.map { info in
      let isOnly = session.inputs.count == 1 && shapes.count == 1
      guard let shape = isOnly ? shapes.values.first : shapes[info.name], info.type == .float32, info.accepts(shape)
      else { throw NamedNetwork.mismatch(session, shapes) }
      return Tensor(shape: shape)
    }
    guard inputs.count == shapes.count else { throw NamedNetwork.mismatch(session, shapes) }
  }

  /// Writes an input; `values` are as many as its shape has.
  func set(_ name: String, _ values: [Float]) {
    let index = session.inputs.firstIndex { $0.name == name } ?? 0
    inputs[index].setElements(values)
  }

  /// Runs the model. Every output is finite, float32, and there are `count` of them at least.
  func run(outputs count: Int = 1) throws -> [Tensor] {
    let outputs = try session.run(inputs)
    guard outputs.count >= count, outputs.prefix(count).allSatisfy({ $0.type == .float32 }) else {
      throw wrongOutput("gives \(outputs.count) outputs, not \(count) of float32")
    }
    return outputs
  }

  /// - Parameter fact: what the model does, as the end of a sentence.
  func wrongOutput(_ fact: String) -> ProcessorsError { NamedNetwork.error(session, fact) }

  private static func mismatch(_ session: InferenceSession, _ shapes: [String: [Int]]) -> ProcessorsError {
    let given = session.inputs.map(\.description).joined(separator: ", ")
    let wanted = shapes.sorted { $0.key < $1.key }.map { "\($0.key) float32\($0.value)" }.joined(separator: ", ")
    return error(session, "takes \(given), not \(wanted)")
  }

  private static func error(_ session: InferenceSession, _ fact: String) -> ProcessorsError {
    ProcessorsError(.model, "The model \(session.name) \(fact).", hint: "Run `likeness models verify`.")
  }
}

extension Tensor {
  /// The shape without leading ones, at least `rank` long: `[1, 1, 320, 320]` is a plane of `[320, 320]`.
  func squeezedShape(rank: Int) -> [Int] {
    let ones = shape.prefix { $0 == 1 }.count
    return Array(shape.dropFirst(min(ones, max(shape.count - rank, 0))))
  }
}

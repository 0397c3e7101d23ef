import Imaging
import Inference

/// A published network with one float input: its session and its input tensor, made once and used for every run.
///
/// Outputs are read in the graph's order and may be of open size, so their memory belongs to the runtime. What the
/// network takes and gives is checked against what the stage was written for.
final class PublishedNetwork {
  /// For messages.
  var name: String { session.name }
  /// Filled by the stage before each run.
  let input: Tensor
  private let session: InferenceSession

  /// - Parameter outputs: least number of outputs.
  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  init(session: InferenceSession, inputShape: [Int], outputs: Int) throws {
    guard session.inputs.count == 1, let info = session.inputs.first, info.type == .float32, info.accepts(inputShape)
    else {
      throw FacesError.unexpectedModel(
        session.name, "takes \(session.inputs), not one picture or row of numbers of the form \(inputShape)")
    }
    guard session.outputs.count >= outputs else {
      throw FacesError.unexpectedModel(
        session.name, "has \(session.outputs.count) outputs (\(session.outputs)), \(outputs) are needed")
    }
    self.session = session
    input = Tensor(shape: inputShape)
  }

  /// Runs on what lies in ``input``. At least as many tensors as asked for.
  func run() throws -> [Tensor] { try session.run([input]) }
}

extension FacesError {
  static func unexpectedModel(_ model: String, _ what: String) -> FacesError {
    FacesError(
      code: .unexpectedModel, message: "The model \(model) \(what).",
      hint: "Run `likeness models verify`.")
  }
}

extension Tensor {
  /// The numbers of a network's output.
  ///
  /// - Parameters:
  ///   - count: how many there must be; nil where any number will do.
  ///   - model, output: for messages.
  /// - Throws: ``FacesError`` of code `unexpectedModel` for another type or number, and for numbers that are not
  ///   finite.
  func numbers(count expected: Int? = nil, model: String, output: String) throws -> [Float] {
    try check(count: expected, model: model, output: output)
    let values = floats
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw FacesError.unexpectedModel(model, "gives \(values[bad]) at element \(bad) of its output \(output) \(shape)")
    }
    return values
  }

  /// That this is a float tensor of so many numbers.
  func check(count expected: Int?, model: String, output: String) throws {
    guard type == .float32, expected == nil || count == expected else {
      let wanted = expected.map { "\($0) numbers of float32" } ?? "float32"
      throw FacesError.unexpectedModel(model, "gives the output \(output) as \(type) \(shape), not \(wanted)")
    }
  }
}

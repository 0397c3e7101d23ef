public import Inference

/// A network with its tensors, made once and owned by one worker: inputs bound by name, outputs by their order.
public final class BoundNetwork {
  public let session: InferenceSession
  /// In the model's order.
  private var inputs: [Tensor]
  private let expected: [[Int]]
  /// Made beforehand where the model's shapes are known; nil = the runtime makes new ones in every run.
  private let prepared: [Tensor]?
  /// What the last run gave, all of it.
  public private(set) var results: [Tensor] = []

  /// - Parameters:
  ///   - inputs: The shape of every input of the model, by name. Their number type is float32.
  ///   - doubles: Those that are float64 instead.
  ///   - outputs: Shapes of the outputs that are read, the first ones of the model; it may have more. What a run gives
  ///     beyond them is left to the caller to check.
  /// - Throws: ``ProcessorsError`` `model` when the model takes or gives anything else.
  public init(
    _ session: InferenceSession, inputs shapes: [String: [Int]], doubles: Set<String> = [], outputs expected: [[Int]]
  ) throws {
    self.session = session
    self.expected = expected
    func refuse(_ side: String, _ infos: [TensorInfo], _ wanted: [String]) -> ProcessorsError {
      ProcessorsError(
        .model,
        "The model \(session.name) has the \(side)s \(infos.map(\.description).joined(separator: ", ")), "
          + "not \(wanted.joined(separator: ", ")).", hint: "Run `likeness models verify`.")
    }
    func type(_ name: String) -> ElementType { doubles.contains(name) ? .float64 : .float32 }
    let wanted = shapes.map { TensorInfo(name: $0.key, shape: $0.value, type: type($0.key)).description }.sorted()
    inputs = try session.inputs.map { info in
      guard let shape = shapes[info.name], info.type == type(info.name), info.accepts(shape),
        session.inputs.count == shapes.count
      else { throw refuse("input", session.inputs, wanted) }
      return Tensor(shape: shape, type: info.type)
    }
    let fits = zip(session.outputs, expected).allSatisfy { $0.type == .float32 && $0.accepts($1) }
    guard session.inputs.count == shapes.count, session.outputs.count >= expected.count, fits else {
      throw refuse(
        "output", session.outputs, expected.map { TensorInfo(name: "", shape: $0, type: .float32).description })
    }
    let areKnown = session.outputs.dropFirst(expected.count).allSatisfy { !$0.isDynamic }
    prepared =
      areKnown
      ? session.outputs.enumerated().map { index, info in
        Tensor(shape: index < expected.count ? expected[index] : info.shape, type: info.type)
      } : nil
  }

  /// The tensor of an input. Asking for one that was not named at the start is a programmer's error.
  public func input(_ name: String) -> Tensor {
    guard let index = session.inputs.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(session.name) has no input \(name)")
    }
    return inputs[index]
  }

  /// Takes another tensor as an input from now on, what another network gave for instance. Its shape and type are
  /// compared in the next run.
  public func hand(_ tensor: Tensor, as name: String) {
    guard let index = session.inputs.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(session.name) has no input \(name)")
    }
    inputs[index] = tensor
  }

  /// An output of the last run.
  public func output(_ index: Int = 0) -> Tensor { results[index] }

  /// Runs on what the inputs hold.
  ///
  /// - Throws: ``ProcessorsError`` `model` when it fails, or an output is of another shape or not finite;
  ///   `InferenceError` when it was stopped.
  public func run() throws {
    do {
      if let prepared {
        try session.run(inputs, into: prepared)
        results = prepared
      } else {
        results = try session.run(inputs)
      }
    } catch let error as InferenceError where error.code != .cancelled {
      throw ProcessorsError(.model, error.message, hint: error.hint, underlying: error)
    }
    for (index, shape) in expected.enumerated() {
      guard results[index].shape == shape else {
        throw ProcessorsError(
          .model, "The model \(session.name) gave \(results[index].shape) as output \(index), not \(shape).")
      }
      guard let place = results[index].firstNotFinite() else { continue }
      throw ProcessorsError(
        .model,
        "The model \(session.name) gave an output \(index) \(shape) that is not finite at element \(place).",
        hint: "It may be damaged, or too large for half precision on this device.")
    }
  }
}

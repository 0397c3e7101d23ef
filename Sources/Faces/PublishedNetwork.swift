import DeviceImaging
import Imaging
import Inference
import ModelStore

/// A published network with one float input: its session and its input tensor, made once and used for every run.
///
/// Outputs are read in the graph's order and may be of open size, so their memory belongs to the runtime. What the
/// network takes and gives is checked against what the stage was written for.
///
/// What lies on a card is looked at there, where there is a card for the network.
final class PublishedNetwork {
  /// For messages.
  var name: String { session.name }
  /// Filled by the stage before each run.
  let input: Tensor
  private let session: InferenceSession
  private let card: CardNetworkGroup?

  /// - Parameters:
  ///   - outputs: least number of outputs.
  ///   - shapes: of the outputs, for those that the model leaves open.
  ///   - card: the networks on cards, and which of them is this one.
  /// - Throws: ``FacesError`` of code `unexpectedModel`.
  init(
    session: InferenceSession, inputShape: [Int], outputs: Int, shapes: [[Int]] = [],
    card: (networks: CardNetworks, model: ModelID)? = nil
  ) throws {
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
    self.card = try card.flatMap { try PublishedNetwork.onCards($0, session, inputShape, shapes) }
  }

  /// nil where the card cannot know how large an answer will be; then the worker's own session is asked.
  private static func onCards(
    _ card: (networks: CardNetworks, model: ModelID), _ session: InferenceSession, _ inputShape: [Int],
    _ shapes: [[Int]]
  ) throws -> CardNetworkGroup? {
    var known = [session.inputs[0].name: inputShape]
    for (info, shape) in zip(session.outputs, shapes) where info.isDynamic { known[info.name] = shape }
    do {
      return try card.networks.network(card.model, CardForm(shapes: known))
    } catch let error as InferenceError where error.code == .tensorMismatch {
      return nil
    }
  }

  /// Whether pictures on this card are looked at there.
  func isOn(_ ordinal: Int) -> Bool { card?.network(ordinal: ordinal) != nil }

  /// Runs on a card on what `fill` writes there into the input. At least as many tensors as asked for; nil where the
  /// network is not on this card.
  ///
  /// - Parameters:
  ///   - after: what the card waits for.
  ///   - fill: queues work on the given stream; may be called on another thread.
  func run(
    ordinal: Int, after: [CUDAEvent] = [],
    fill: @escaping @Sendable (DeviceImager, DeviceBytes, CUDAStream) throws -> Void
  ) throws -> [Tensor]? {
    guard let network = card?.network(ordinal: ordinal) else { return nil }
    let imager = network.imager
    let request = DeviceRequest(inputs: [.fill { try fill(imager, $0, $1) }], after: after)
    return try network.run(request).host.compactMap { $0 }
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

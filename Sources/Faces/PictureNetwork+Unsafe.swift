import DeviceImaging
import Imaging
import Inference
import ModelStore

/// A network that looks at one RGB crop of a frame: its session, its input and its outputs, made once and reused.
///
/// A frame that lies on a card is looked at there, where there is a card for the network.
final class PictureNetwork {
  private let form: PictureForm
  private let session: InferenceSession
  private let input: Tensor
  private let outputs: [Tensor]
  private let card: CardNetworkGroup?
  /// The outputs of the last run by name.
  private var answer: [String: Tensor]

  var inputSize: PixelSize { form.inputSize }

  /// - Parameters:
  ///   - outputs: Shapes by name; all of the session's outputs.
  ///   - scale: Input value = display value (0…255) · scale + bias, per channel R, G, B.
  ///   - card: The networks on a card, and which of them is this one.
  ///   - staysOnCard: Most answers about frames on a card are to stay there.
  init(
    session: InferenceSession, inputSize: PixelSize, outputs shapes: [String: [Int]], scale: SIMD3<Float>,
    bias: SIMD3<Float>, border: BorderMode, card: (networks: CardNetworks, model: ModelID)? = nil,
    staysOnCard: Bool = false
  ) throws {
    let form = PictureForm(inputSize: inputSize, outputs: shapes, scale: scale, bias: bias, border: border)
    try form.check(session)
    self.form = form
    self.session = session
    input = Tensor(shape: form.inputShape)
    outputs = session.outputs.map { Tensor(shape: shapes[$0.name] ?? []) }
    answer = Dictionary(uniqueKeysWithValues: zip(session.outputs.map(\.name), outputs))
    let shapes = shapes.merging([session.inputs[0].name: form.inputShape]) { own, _ in own }
    self.card = try card.map {
      try $0.networks.network($0.model, CardForm(shapes: shapes, outputsOnCard: staysOnCard))
    }
  }

  /// The network on the card that holds the frame, and what to ask it; nil for other frames.
  private func request(_ frame: Frame, _ transform: AffineTransform) -> (network: CardNetwork, request: DeviceRequest)?
  {
    guard let device = frame.device as? DeviceFrame, let network = card?.network(for: device) else { return nil }
    let crop = network.imager.input(
      [DeviceCrop(device, transform)], size: form.inputSize, scale: form.scale, bias: form.bias, border: form.border)
    return (network, DeviceRequest(inputs: [crop]))
  }

  /// The answer about a frame on a card, left there: all outputs in the model's order. Nil for other frames.
  func runOnCard(_ frame: Frame, _ transform: AffineTransform) throws -> DeviceAnswer? {
    guard let (network, request) = request(frame, transform) else { return nil }
    let places = network.outputs.map { _ in DevicePlace.card }
    return try network.run(DeviceRequest(inputs: request.inputs, outputs: places))
  }

  /// Cuts the crop that `transform` (frame → input pixels) describes and runs the network on it.
  func run(_ frame: Frame, _ transform: AffineTransform) throws {
    if let (network, request) = request(frame, transform) {
      let answers = try network.run(request).host
      answer = Dictionary(
        uniqueKeysWithValues: zip(network.outputs, answers).compactMap { info, tensor in
          tensor.map { (info.name, $0) }
        })
      return
    }
    input.withMutableFloats { buffer in
      frame.sampleTensor(
        transform, size: inputSize, order: .rgb, layout: .planar, scale: form.scale, bias: form.bias,
        border: needsBorder(frame, transform) ? form.border : .replicate, into: buffer)
    }
    try session.run([input], into: outputs)
    if card != nil { answer = Dictionary(uniqueKeysWithValues: zip(session.outputs.map(\.name), outputs)) }
  }

  /// Whether the crop reaches out of the frame. Where it does not, all borders give the same and the repeated edge is
  /// the fastest.
  private func needsBorder(_ frame: Frame, _ transform: AffineTransform) -> Bool {
    let back = transform.inverted
    let (right, bottom) = (Float(inputSize.width - 1), Float(inputSize.height - 1))
    return ![Point(0, 0), Point(right, 0), Point(0, bottom), Point(right, bottom)].map(back.apply).allSatisfy {
      $0.x >= 0 && $0.y >= 0 && $0.x <= Float(frame.size.width - 1) && $0.y <= Float(frame.size.height - 1)
    }
  }

  /// One output of the last run, in place.
  func withOutput<Result>(_ name: String, _ body: (UnsafePointer<Float>) -> Result?) -> Result? {
    guard let tensor = answer[name] else { return nil }
    return tensor.withMutableFloats { buffer in
      buffer.baseAddress.flatMap { body(UnsafePointer($0)) }
    }
  }
}

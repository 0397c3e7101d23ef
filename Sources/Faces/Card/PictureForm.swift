import Imaging
import Inference

/// What a network takes and gives: one RGB crop in, tensors out.
struct PictureForm: Sendable, Hashable {
  let inputSize: PixelSize
  /// Shapes by name, each beginning with 1; all of the session's outputs.
  let outputs: [String: [Int]]
  /// Input value = display value (0…255) · scale + bias, per channel R, G, B.
  let scale: SIMD3<Float>
  let bias: SIMD3<Float>
  let border: BorderMode

  var inputShape: [Int] { [1, 3, inputSize.height, inputSize.width] }

  /// Throws ``FacesError`` of code `unexpectedModel` when a session is another network.
  func check(_ session: InferenceSession) throws {
    let names = session.outputs.map(\.name)
    guard session.inputs.count == 1, Set(names) == Set(outputs.keys) else {
      throw FacesError(
        code: .unexpectedModel,
        message: "The model \(session.name) has the outputs \(names.joined(separator: ", ")), "
          + "not \(outputs.keys.sorted().joined(separator: ", ")).",
        hint: "Run `likeness models verify`.")
    }
  }
}

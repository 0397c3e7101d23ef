import Imaging
import Inference

/// A network that looks at one RGB crop of a frame: its session, its input and its outputs, made once and reused.
final class PictureNetwork {
  let inputSize: PixelSize
  private let session: InferenceSession
  private let input: Tensor
  private let outputs: [Tensor]
  private let slots: [String: Int]
  private let scale: SIMD3<Float>
  private let bias: SIMD3<Float>
  private let border: BorderMode

  /// - Parameters:
  ///   - outputs: Shapes by name; all of the session's outputs.
  ///   - scale: Input value = display value (0…255) · scale + bias, per channel R, G, B.
  init(
    session: InferenceSession, inputSize: PixelSize, outputs shapes: [String: [Int]], scale: SIMD3<Float>,
    bias: SIMD3<Float>, border: BorderMode
  ) throws {
    let names = session.outputs.map(\.name)
    guard session.inputs.count == 1, Set(names) == Set(shapes.keys) else {
      throw FacesError(
        code: .unexpectedModel,
        message: "The model \(session.name) has the outputs \(names.joined(separator: ", ")), "
          + "not \(shapes.keys.sorted().joined(separator: ", ")).",
        hint: "Run `likeness models verify`.")
    }
    self.session = session
    self.inputSize = inputSize
    self.scale = scale
    self.bias = bias
    self.border = border
    input = Tensor(shape: [1, 3, inputSize.height, inputSize.width])
    outputs = names.map { Tensor(shape: shapes[$0] ?? []) }
    slots = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
  }

  /// Cuts the crop that `transform` (frame → input pixels) describes and runs the network on it.
  func run(_ frame: Frame, _ transform: AffineTransform) throws {
    input.withMutableFloats { buffer in
      frame.sampleTensor(
        transform, size: inputSize, order: .rgb, layout: .planar, scale: scale, bias: bias,
        border: needsBorder(frame, transform) ? border : .replicate, into: buffer)
    }
    try session.run([input], into: outputs)
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
    guard let slot = slots[name] else { return nil }
    return outputs[slot].withMutableFloats { buffer in
      buffer.baseAddress.flatMap { body(UnsafePointer($0)) }
    }
  }
}

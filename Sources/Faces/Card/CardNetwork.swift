import DeviceImaging
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

/// One network on a card for all workers: crops are cut out of frames on the card, straight into the network's input.
/// Requests of several workers run in one batch.
final class CardNetwork: Sendable {
  /// A crop of a frame.
  struct Request {
    let frame: DeviceFrame
    /// Frame → input pixels.
    let transform: AffineTransform
  }

  /// The number of the card.
  let ordinal: Int
  private let scheduler: BatchScheduler<Request, [String: Tensor]>

  /// - Parameters:
  ///   - stream: what the session is queued on.
  ///   - isHostMemory: the card's memory is the host's own, and so are the network's tensors.
  ///   - capacity: the most requests in a batch, where the model takes more than one.
  init(
    runtime: OnnxRuntime, bytes: [UInt8], name: String, options: SessionOptions, form: PictureForm,
    imager: DeviceImager, stream: CUDAStream, isHostMemory: Bool, capacity: Int
  ) throws {
    let batched =
      capacity > 1 ? try BatchedModel.open(runtime: runtime, bytes: bytes, name: name, options: options) : nil
    let session = try batched?.session ?? InferenceSession(runtime: runtime, bytes: bytes, name: name, options: options)
    try form.check(session)
    let names = session.outputs.map(\.name)
    let count = 3 * form.inputSize.area
    let slot = BoundSlot<Request, [String: Tensor]>(
      capacity: batched == nil ? 1 : capacity,
      make: { rows in
        let memory = try DeviceMemory(byteCount: rows * count * 4, on: imager.context)
        // Numbers that are none would make the runtime doubt its half precision at warm-up.
        try stream.fill(memory.bytes, byte: 0)
        try stream.synchronize()
        let shape = [rows, 3, form.inputSize.height, form.inputSize.width]
        let input =
          try isHostMemory
          ? DeviceTensor(runtime: runtime, shape: shape, place: .host, address: UInt(memory.address), owner: memory)
          : DeviceTensor(runtime: runtime, shape: shape, memory: memory)
        let outputs = try names.map { name in
          try DeviceTensor(runtime: runtime, shape: [rows] + (form.outputs[name] ?? []).dropFirst())
        }
        return try BoundSession(session, inputs: [input], outputs: outputs, graph: rows)
      },
      fill: { request, row, bound in
        try request.frame.wait(on: stream)
        let tensor = bound.inputs[0]
        let bytes = DeviceBytes(address: UInt64(tensor.address), count: tensor.byteCount).dropFirst(row * count * 4)
        let target = DeviceCropTarget(
          bytes, size: form.inputSize, scale: form.scale, bias: form.bias, border: form.border)
        try imager.crop([DeviceCrop(request.frame, request.transform)], into: target, on: stream)
        // A network that is not on the stream has to find the crop there.
        if isHostMemory { try stream.synchronize() }
      },
      collect: { _, row, bound in
        Dictionary(
          uniqueKeysWithValues: zip(names, bound.outputs).compactMap { name, tensor in
            tensor?.host.map { (name, $0.row(row)) }
          })
      })
    try slot.warmUp()
    ordinal = imager.context.device.ordinal
    scheduler = BatchScheduler(name: name, slots: [slot])
  }

  /// The outputs by name, on the host. Waits for them.
  func run(_ request: Request) throws -> [String: Tensor] { try scheduler.submit(request) }

  var statistics: BatchStatistics { scheduler.statistics }

  /// Requests fail from now on.
  func stop(_ reason: any Error) { scheduler.stop(reason) }
}

/// A slot on a card for requests whose tensors lie on the host: everything it does is queued on one stream, and the
/// host waits once a batch.
///
/// Rows go through pinned memory, so that copies run beside the kernels of the other slots. Shapes are fixed and lie at
/// fixed addresses, so that the recorded graph of each stays valid.
final class CardSlot: BatchSlot {
  /// The memory of one shape.
  private final class Staging {
    let inputs: [PinnedMemory]
    let outputs: [PinnedMemory]

    init(_ inputs: [PinnedMemory], _ outputs: [PinnedMemory]) {
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  private struct Parts {
    let slot: BoundSlot<[Tensor], [Tensor]>
    let session: InferenceSession
  }

  private let stream: CUDAStream
  private var parts: Parts?

  var capacity: Int { parts?.slot.capacity ?? 1 }

  /// - Parameters:
  ///   - model: its session is queued on `stream`; its inputs and outputs leave only the batch open.
  ///   - place: where the memory of the stream's context lies, for the runtime; nil = on its card.
  init(model: BatchedModel, capacity: Int, stream: CUDAStream, place: MemoryPlace? = nil) {
    self.stream = stream
    let (context, runtime) = (stream.context, model.session.runtime)
    let place = place ?? .cuda(device: context.device.ordinal)
    var staging: [Int: Staging] = [:]
    func tensors(_ infos: [TensorInfo], _ rows: Int) throws -> (device: [DeviceTensor], host: [PinnedMemory]) {
      var result: (device: [DeviceTensor], host: [PinnedMemory]) = ([], [])
      for info in infos {
        let shape = [rows] + info.shape.dropFirst()
        let count = shape.reduce(1, *) * info.type.byteCount
        let memory = try DeviceMemory(byteCount: count, on: context)
        // Spare rows are computed as well; what they hold must be numbers.
        try stream.fill(memory.bytes, byte: 0)
        result.device.append(
          try DeviceTensor(
            runtime: runtime, shape: shape, type: info.type, place: place, address: UInt(memory.address), owner: memory)
        )
        result.host.append(try PinnedMemory(byteCount: count, on: context))
      }
      return result
    }
    let slot = BoundSlot<[Tensor], [Tensor]>(
      capacity: capacity,
      make: { rows in
        let (inputs, outputs) = (try tensors(model.inputs, rows), try tensors(model.outputs, rows))
        staging[rows] = Staging(inputs.host, outputs.host)
        return try BoundSession(
          model.session, inputs: inputs.device, outputs: outputs.device, waitsForDevice: false, graph: rows)
      },
      fill: { request, row, bound in
        try model.session.check(request, against: model.inputs, side: "input")
        guard let staging = staging[bound.rows] else { return }
        for (index, tensor) in request.enumerated() {
          let bytes = staging.inputs[index].row(row, of: bound.rows)
          bytes.copyMemory(from: UnsafeRawBufferPointer(tensor.rawBytes))
          try stream.upload(UnsafeRawBufferPointer(bytes), to: bound.inputs[index].row(row, bytes.count))
        }
      },
      collect: { _, row, bound in
        guard let staging = staging[bound.rows] else { return [] }
        if row == 0 {
          for (tensor, memory) in zip(bound.outputs, staging.outputs) {
            guard let tensor else { continue }
            try stream.download(
              DeviceBytes(address: UInt64(tensor.address), count: memory.bytes.count), to: memory.bytes)
          }
          try stream.synchronize()
        }
        return zip(model.outputs, staging.outputs).map { info, memory in
          let tensor = Tensor(shape: info.shape, type: info.type)
          tensor.rawBytes.copyMemory(from: UnsafeRawBufferPointer(memory.row(row, of: bound.rows)))
          return tensor
        }
      })
    parts = Parts(slot: slot, session: model.session)
  }

  // The sessions have to go before their stream.
  deinit { parts = nil }

  func warmUp() throws { try parts?.slot.warmUp() }

  /// Answers on a card are looked at here: half precision that gives numbers which are not finite is given up, and the
  /// batch computed again.
  func run(_ requests: [[Tensor]]) throws -> [[Tensor]] {
    guard let parts else { return [] }
    let answers = try parts.slot.run(requests)
    guard parts.session.precision?.isHalf == true,
      answers.contains(where: { $0.contains { $0.firstNotFinite() != nil } }), try parts.session.changeToSingle()
    else { return answers }
    return try parts.slot.run(requests)
  }

  func shrink(to capacity: Int) { parts?.slot.shrink(to: capacity) }

  func cancel() { parts?.slot.cancel() }
}

extension BoundSession {
  fileprivate var rows: Int { inputs.first?.shape.first ?? 1 }
}

extension PinnedMemory {
  fileprivate func row(_ index: Int, of rows: Int) -> UnsafeMutableRawBufferPointer {
    let size = bytes.count / rows
    return UnsafeMutableRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
  }
}

extension DeviceTensor {
  fileprivate func row(_ index: Int, _ size: Int) -> DeviceBytes {
    DeviceBytes(address: UInt64(address) + UInt64(index * size), count: size)
  }
}

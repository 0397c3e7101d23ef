extension BatchedModel {
  /// A slot that takes and gives tensors of one request on the host; a provider on a card copies them there and back.
  /// For requests whose tensors are on the card already, see ``DeviceBatches``.
  ///
  /// - Parameter outputShapes: by name, beginning with 1, for outputs that leave more than the batch open.
  /// - Throws: `tensorMismatch` when a size other than the batch's is open and not given.
  public func hostSlot(
    capacity: Int, inputShapes: [String: [Int]] = [:], outputShapes: [String: [Int]] = [:]
  ) throws -> BoundSlot<[Tensor], [Tensor]> {
    let session = self.session
    let inputs = try self.inputs.map { try $0.closed(inputShapes, model: session.name) }
    let outputs = try self.outputs.map { try $0.closed(outputShapes, model: session.name) }
    let tensors = { (infos: [TensorInfo], rows: Int) in
      try infos.map { info in
        try DeviceTensor(runtime: session.runtime, shape: [rows] + info.shape.dropFirst(), type: info.type)
      }
    }
    return BoundSlot(
      capacity: capacity,
      make: { try BoundSession(session, inputs: tensors(inputs, $0), outputs: tensors(outputs, $0), graph: $0) },
      fill: { request, row, bound in
        try session.check(request, against: inputs, side: "input")
        for (tensor, target) in zip(request, bound.inputs) { target.host?.setRow(row, to: tensor) }
      },
      collect: { _, row, bound in bound.outputs.compactMap { $0?.host?.row(row) } })
  }
}

extension TensorInfo {
  /// The same with all sizes known. Throws `tensorMismatch` when one is open and not given.
  func closed(_ shapes: [String: [Int]], model: String) throws -> TensorInfo {
    let shape = shapes[name] ?? shape
    guard !shape.contains(-1), accepts(shape) else {
      throw InferenceError(.tensorMismatch, "\(model): \(self) needs a shape to make batches of.")
    }
    return TensorInfo(name: name, shape: shape, type: type)
  }
}

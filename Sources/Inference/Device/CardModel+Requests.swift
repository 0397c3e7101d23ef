extension CardModel {
  /// Throws `tensorMismatch` for a request that is not one of this model.
  func check(_ request: DeviceRequest) throws {
    guard request.inputs.count == inputs.count,
      request.outputs.isEmpty || request.outputs.count == outputs.count
    else {
      throw InferenceError(
        .tensorMismatch,
        "\(name) has \(inputs.count) input(s) and \(outputs.count) output(s), not "
          + "\(request.inputs.count) and \(request.outputs.count).")
    }
    for (input, info) in zip(request.inputs, inputs) {
      let given: any TensorDescribing
      switch input {
      case .host(let tensor): given = tensor
      case .constant(let constant): given = constant
      case .fill: continue
      }
      guard given.type == info.type, given.shape == info.shape else {
        throw InferenceError(
          .tensorMismatch,
          "\(name): the input \(info) does not take \(given.type)\(TensorInfo.text(given.shape)).")
      }
    }
    for (place, info) in zip(request.outputs, outputs) {
      guard case .into(let bytes) = place, bytes.count < info.byteCount else { continue }
      throw InferenceError(
        .tensorMismatch, "\(name): the output \(info) does not fit into \(bytes.count) bytes.")
    }
  }

  /// Places of a request's own outputs in one piece of memory, by output.
  func placesOfOwn(_ request: DeviceRequest) -> (places: [Int: Int], byteCount: Int) {
    var (places, end) = ([Int: Int](), 0)
    for (index, info) in outputs.enumerated() where request.place(index) == .card {
      places[index] = end
      end += (info.byteCount + 255) / 256 * 256
    }
    return (places, end)
  }
}

extension ElementType {
  /// Whether numbers of the type may come out of a network in half precision without being finite.
  var canBeHalf: Bool { self == .float32 || self == .float16 }
}

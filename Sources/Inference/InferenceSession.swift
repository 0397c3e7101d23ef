extension InferenceSession {
  /// Runs once with zeros, so that the first frame does not pay for the runtime's own preparations.
  ///
  /// `shapes` gives the shape of each input that leaves sizes open, by input name; open sizes that are not given are 1.
  public func warmUp(shapes: [String: [Int]] = [:]) throws {
    let tensors = inputs.map { info in
      Tensor(shape: shapes[info.name] ?? info.shape.map { $0 == -1 ? 1 : $0 }, type: info.type)
    }
    _ = try run(tensors)
  }

  /// Tensors that fit the model's outputs. `shapes` is needed for outputs that leave sizes open.
  ///
  /// Throws `tensorMismatch` when a size is not known.
  public func makeOutputs(shapes: [String: [Int]] = [:]) throws -> [Tensor] {
    try outputs.map { info in
      let shape = shapes[info.name] ?? info.shape
      guard !shape.contains(-1), info.accepts(shape) else {
        throw InferenceError(
          .tensorMismatch, "\(name): the output \(info.name) needs a shape like \(TensorInfo.text(info.shape)).")
      }
      return Tensor(shape: shape, type: info.type)
    }
  }

  /// The place of an output in the lists of tensors. Throws `tensorMismatch` when the model has none of this name.
  public func outputIndex(_ output: String) throws -> Int {
    guard let index = outputs.firstIndex(where: { $0.name == output }) else {
      throw InferenceError(
        .tensorMismatch,
        "\(name) has no output \(output); it has \(outputs.map(\.name).joined(separator: ", ")).")
    }
    return index
  }

  func check<Given: TensorDescribing>(_ tensors: [Given], against infos: [TensorInfo], side: String) throws {
    guard tensors.count == infos.count else {
      throw InferenceError(
        .tensorMismatch,
        "\(name) has \(infos.count) \(side)(s), \(tensors.count) given; it has "
          + infos.map(\.description).joined(separator: ", ") + ".")
    }
    for index in tensors.indices where !fits(tensors[index], infos[index]) {
      let tensor = tensors[index]
      throw InferenceError(
        .tensorMismatch,
        "\(name): the \(side) \(infos[index]) does not take \(tensor.type)\(TensorInfo.text(tensor.shape)).")
    }
  }

  private func fits(_ tensor: some TensorDescribing, _ info: TensorInfo) -> Bool {
    tensor.type == info.type && info.accepts(tensor.shape)
  }

  func checkFinite(_ tensor: Tensor, _ index: Int) throws {
    guard let first = tensor.firstNotFinite() else { return }
    throw InferenceError(
      .notFinite, "\(name): the output \(outputs[index].name) is not finite at element \(first) of \(tensor.count).",
      hint: "The model may be damaged, or too large for half precision on this device.")
  }
}

/// What is known of a tensor before its numbers.
protocol TensorDescribing {
  var shape: [Int] { get }
  var type: ElementType { get }
}

extension Tensor: TensorDescribing {}
extension DeviceTensor: TensorDescribing {}
extension TensorInfo: TensorDescribing {}

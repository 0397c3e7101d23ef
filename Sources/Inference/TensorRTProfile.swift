/// The range of shapes that TensorRT builds an engine for. Without it a new batch size means a new engine, which takes
/// minutes, in the middle of a run.
enum TensorRTProfile {
  /// The provider's options for inputs that begin with the batch's size.
  ///
  /// - Parameters:
  ///   - inputs: of one request, all sizes known.
  ///   - largest: the largest batch; engines are made fastest for it.
  static func options(_ inputs: [TensorInfo], largest: Int) -> [String: String] {
    let text = { (batch: Int) in
      inputs.map { info in
        let sizes = [batch] + info.shape.dropFirst()
        return info.name + ":" + sizes.map(String.init).joined(separator: "x")
      }.joined(separator: ",")
    }
    return [
      "trt_profile_min_shapes": text(1), "trt_profile_opt_shapes": text(largest),
      "trt_profile_max_shapes": text(largest),
    ]
  }
}

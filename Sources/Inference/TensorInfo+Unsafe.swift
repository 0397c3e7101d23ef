import COnnxRuntime

extension OnnxRuntime {
  enum Side { case inputs, outputs }

  /// What a session takes or gives, in the model's order. Throws `modelRefused` for anything but plain tensors of the
  /// types we hold.
  func tensorInfos(of session: OpaquePointer, model: String, side: Side) throws -> [TensorInfo] {
    var count = 0
    let counter = side == .inputs ? api.SessionGetInputCount : api.SessionGetOutputCount
    try check(counter(session, &count), .modelRefused, "\(model) cannot be described")
    return try (0..<count).map { try tensorInfo(of: session, model: model, side: side, index: $0) }
  }

  private func tensorInfo(of session: OpaquePointer, model: String, side: Side, index: Int) throws -> TensorInfo {
    let name = try tensorName(of: session, model: model, side: side, index: index)
    var typeInfo: OpaquePointer?
    let getter = side == .inputs ? api.SessionGetInputTypeInfo : api.SessionGetOutputTypeInfo
    try check(getter(session, index, &typeInfo), .modelRefused, "\(model) cannot be described")
    defer { if let typeInfo { api.ReleaseTypeInfo(typeInfo) } }
    var tensor: OpaquePointer?
    if let typeInfo {
      try check(api.CastTypeInfoToTensorInfo(typeInfo, &tensor), .modelRefused, "\(model) cannot be described")
    }
    guard let tensor else {
      throw InferenceError(.modelRefused, "\(name) of the model \(model) is not a tensor.")
    }
    let (shape, code) = try shapeAndType(tensor)
    guard let type = ElementType(rawValue: code) else {
      throw InferenceError(
        .modelRefused, "\(name) of the model \(model) has number type \(code) of ONNX, which is not supported.",
        hint: "Supported are float32, float64, float16, uint8, int32 and int64.")
    }
    return TensorInfo(name: name, shape: shape, type: type)
  }

  private func tensorName(of session: OpaquePointer, model: String, side: Side, index: Int) throws -> String {
    var allocator: OpaquePointer?
    try check(api.GetAllocatorWithDefaultOptions(&allocator), .modelRefused, "\(model) cannot be described")
    guard let allocator else { throw InferenceError(.modelRefused, "\(model) cannot be described.") }
    var name: UnsafeMutablePointer<CChar>?
    let getter = side == .inputs ? api.SessionGetInputName : api.SessionGetOutputName
    try check(getter(session, index, allocator, &name), .modelRefused, "\(model) cannot be described")
    guard let name else { throw InferenceError(.modelRefused, "A tensor of \(model) has no name.") }
    let text = String(cString: name)
    try check(api.AllocatorFree(allocator, name), .modelRefused, "\(model) cannot be described")
    return text
  }

  /// Sizes (-1 open) and the runtime's type code.
  func shapeAndType(_ tensor: OpaquePointer) throws -> (shape: [Int], code: Int32) {
    var rank = 0
    try check(api.GetDimensionsCount(tensor, &rank), .modelRefused, "A shape cannot be read")
    var sizes = [Int64](repeating: 0, count: rank)
    try check(api.GetDimensions(tensor, &sizes, rank), .modelRefused, "A shape cannot be read")
    var code: Int32 = 0
    try check(api.GetTensorElementType(tensor, &code), .modelRefused, "A type cannot be read")
    return (sizes.map { $0 < 0 ? -1 : Int($0) }, code)
  }
}

/// Inputs to try a model with: the same numbers at each start.
enum WarmUpInput {
  /// Sizes that the model leaves open, where the caller knows nothing better: one picture of 256 × 256.
  private static let openSize = 256

  /// The shape of each input, of one request.
  static func shapes(for inputs: [TensorInfo], given: [String: [Int]]) -> [[Int]] {
    inputs.map { info in
      given[info.name]
        ?? info.shape.enumerated().map { $0.element >= 0 ? $0.element : ($0.offset == 0 ? 1 : openSize) }
    }
  }

  /// Fractions between 0 and 1 where the model takes them, bytes of all values, zeros as whole numbers.
  ///
  /// - Parameter shapes: by input name, for those that leave sizes open.
  static func tensors(for inputs: [TensorInfo], shapes: [String: [Int]], seed: UInt64 = 1) -> [Tensor] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state >> 40
    }
    return zip(inputs, Self.shapes(for: inputs, given: shapes)).map { info, shape in
      let tensor = Tensor(shape: shape, type: info.type)
      switch info.type {
      case .float32, .float16: tensor.floats = (0..<tensor.count).map { _ in Float(next()) * 0x1p-24 }
      case .float64: tensor.setElements((0..<tensor.count).map { _ in Double(next()) * 0x1p-24 })
      case .uint8: tensor.setElements((0..<tensor.count).map { _ in UInt8(truncatingIfNeeded: next()) })
      case .int32, .int64: break
      }
      return tensor
    }
  }
}

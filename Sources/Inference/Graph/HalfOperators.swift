/// What each operator does in half precision.
enum HalfOperators {
  /// Computes well in half precision: what is summed up is summed in single precision by the libraries.
  static let computing: Set<String> = [
    "Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu",
    "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Clip", "Softplus", "Softsign", "Neg", "Abs", "Min", "Max", "Gelu",
    "Erf", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "Softmax",
  ]

  /// Moves numbers without changing them (or blends neighbours): follows the precision of what comes in.
  static let moving: Set<String> = [
    "Reshape", "Transpose", "Concat", "Split", "Slice", "Squeeze", "Unsqueeze", "Flatten", "Expand", "Gather", "Pad",
    "Tile", "Identity", "Dropout", "DepthToSpace", "SpaceToDepth", "Resize", "Upsample", "Where",
  ]

  /// Gives no fractions out: takes its numbers in whichever precision they are there.
  static let reading: Set<String> = [
    "Shape", "Size", "Cast", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual",
  ]

  /// Element by element, where a constant can be a position or a scale.
  static let elementwise: Set<String> = ["Add", "Sub", "Mul", "Div", "Min", "Max", "Clip"]

  /// Inputs from this place on are single precision by definition (scales and regions).
  static func firstFixedInput(_ operation: String) -> Int {
    ["Resize", "Upsample"].contains(operation) ? 1 : Int.max
  }

  /// A model with one of these has been made for 8-bit numbers; it stays as it is.
  static func isQuantized(_ operation: String) -> Bool {
    operation.hasPrefix("QLinear") || operation.hasSuffix("Integer") || operation.hasSuffix("QuantizeLinear")
      || operation == "QuantizeLinear" || operation == "DequantizeLinear"
  }
}

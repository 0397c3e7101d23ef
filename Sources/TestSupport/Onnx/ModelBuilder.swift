/// Puts a network together layer by layer, with random weights, and counts what it costs.
///
/// Shapes are followed through the graph, so that every layer knows what it takes. Weights are scaled to the number of
/// inputs of a sum (standard deviation gain / √inputs), which keeps activations of about the same size from layer to
/// layer; nothing overflows in half precision.
///
/// ```swift
/// let builder = ModelBuilder(name: "small", seed: 1)
/// let picture = builder.input("input", [1, 3, 64, 64])
/// let features = builder.relu(builder.conv(picture, 16, side: 3, stride: 2))
/// builder.output(builder.conv(features, 3, side: 1), as: "output")
/// let bytes = builder.model.bytes
/// ```
public final class ModelBuilder {
  /// A tensor between two layers.
  public struct Value: Sendable, Hashable {
    public let name: String
    /// With the size of the batch as 1 where it is left open.
    public let shape: [Int]

    public var channels: Int { shape[1] }
    public var count: Int { shape.reduce(1, *) }
  }

  public private(set) var model: TinyModel
  /// Numbers that the network has learned, or would have: everything but steering and the runtime's small constants.
  public private(set) var weightCount = 0
  /// Multiplications with an addition of one run, of convolutions and matrix products; a FLOP count is twice that.
  public private(set) var multiplyAdds = 0
  private let batch: TinyModel.Dimension
  private var seed: UInt64
  private var serial = 0

  /// - Parameter batch: the first size of inputs and outputs; published networks mostly have a fixed 1.
  public init(name: String, seed: UInt64, batch: TinyModel.Dimension = 1) {
    model = TinyModel(name: name)
    self.seed = seed &* 0x1_0000
    self.batch = batch
  }

  /// Size of the file's numbers in bytes, a little less than that of the file.
  public var weightBytes: Int { 4 * weightCount }

  // MARK: Ends

  public func input(_ name: String, _ shape: [Int]) -> Value {
    model.input(name, dimensions(shape))
    return Value(name: name, shape: shape)
  }

  public func output(_ value: Value, as name: String) {
    model.node("Identity", [value.name], [name], name: name)
    model.output(name, dimensions(value.shape))
  }

  private func dimensions(_ shape: [Int]) -> [TinyModel.Dimension] {
    [batch] + shape.dropFirst().map(TinyModel.Dimension.fixed)
  }

  // MARK: Single nodes and constants

  /// One node with one output.
  public func node(
    _ operation: String, _ inputs: [String], shape: [Int],
    _ attributes: [(name: String, value: TinyModel.Attribute)] = []
  ) -> Value {
    serial += 1
    let name = "\(operation)_\(serial)"
    model.node(operation, inputs, [name], attributes, name: name)
    return Value(name: name, shape: shape)
  }

  /// Random weights that count as learned.
  public func weights(_ shape: [Int], mean: Float = 0, deviation: Float) -> Value {
    serial += 1
    seed &+= 1
    weightCount += shape.reduce(1, *)
    let name = "weights_\(serial)"
    model.initializer(name, shape: shape, random: RandomWeights(seed: seed, mean: mean, deviation: deviation))
    return Value(name: name, shape: shape)
  }

  /// Numbers given, such as what steers an output; they do not count as weights.
  public func constant(_ shape: [Int], _ numbers: [Float]) -> Value {
    serial += 1
    let name = "constant_\(serial)"
    model.initializer(name, shape: shape, floats: numbers)
    return Value(name: name, shape: shape)
  }

  /// A single number.
  public func scalar(_ number: Float) -> Value { constant([1], [number]) }

  public func integers(_ numbers: [Int]) -> Value {
    serial += 1
    let name = "integers_\(serial)"
    model.initializer(name, shape: [numbers.count], ints: numbers)
    return Value(name: name, shape: [numbers.count])
  }

  /// Books the cost of a layer that is put together outside.
  public func count(multiplyAdds more: Int) { multiplyAdds += more }
}

// MARK: - Layers with weights

extension ModelBuilder {
  /// A convolution.
  ///
  /// - Parameters:
  ///   - channels: of the output.
  ///   - side: of the square kernel.
  ///   - padding: nil = side / 2, which keeps the size.
  ///   - gain: standard deviation of the output for inputs of deviation 1.
  public func conv(
    _ x: Value, _ channels: Int, side: Int, stride: Int = 1, padding: Int? = nil, gain: Float = 1, bias: Bool = true
  ) -> Value {
    let inputs = x.channels * side * side
    let kernel = weights(
      [channels, x.channels, side, side], deviation: gain / Float(inputs).squareRoot())
    var names = [x.name, kernel.name]
    if bias { names.append(weights([channels], deviation: 0.01).name) }
    let padding = padding ?? side / 2
    let size = x.shape[2...].map { ($0 + 2 * padding - side) / stride + 1 }
    let shape = [x.shape[0], channels] + size
    count(multiplyAdds: shape.reduce(1, *) * inputs)
    return node(
      "Conv", names, shape: shape,
      [
        ("kernel_shape", .ints([side, side])), ("strides", .ints([stride, stride])),
        ("pads", .ints([padding, padding, padding, padding])),
      ])
  }

  /// A fully connected layer on rows of numbers.
  ///
  /// - Parameter offset: mean of the bias.
  public func gemm(_ x: Value, _ outputs: Int, gain: Float = 1, offset: Float = 0) -> Value {
    let inputs = x.shape[1]
    let matrix = weights([outputs, inputs], deviation: gain / Float(inputs).squareRoot())
    let bias = weights([outputs], mean: offset, deviation: 0.01)
    count(multiplyAdds: x.shape[0] * inputs * outputs)
    return node("Gemm", [x.name, matrix.name, bias.name], shape: [x.shape[0], outputs], [("transB", .int(1))])
  }

  /// Batch normalisation with statistics of about 0 and 1.
  public func batchNorm(_ x: Value) -> Value {
    let numbers = [(Float(1), Float(0.05)), (0, 0.05), (0, 0.05), (1, 0.05)].map { mean, deviation in
      weights([x.channels], mean: mean, deviation: deviation).name
    }
    return node("BatchNormalization", [x.name] + numbers, shape: x.shape)
  }

  /// A ReLU with a slope of its own for each channel.
  public func prelu(_ x: Value) -> Value {
    let slopes = weights([x.channels] + [Int](repeating: 1, count: x.shape.count - 2), mean: 0.25, deviation: 0.02)
    return node("PRelu", [x.name, slopes.name], shape: x.shape)
  }
}

// MARK: - Layers without weights

extension ModelBuilder {
  public func relu(_ x: Value) -> Value { node("Relu", [x.name], shape: x.shape) }

  public func leakyRelu(_ x: Value, _ slope: Float = 0.2) -> Value {
    node("LeakyRelu", [x.name], shape: x.shape, [("alpha", .float(slope))])
  }

  public func sigmoid(_ x: Value) -> Value { node("Sigmoid", [x.name], shape: x.shape) }
  public func tanh(_ x: Value) -> Value { node("Tanh", [x.name], shape: x.shape) }
  public func silu(_ x: Value) -> Value { multiply(x, sigmoid(x)) }

  public func add(_ a: Value, _ b: Value) -> Value { together("Add", a, b) }
  public func subtract(_ a: Value, _ b: Value) -> Value { together("Sub", a, b) }
  public func multiply(_ a: Value, _ b: Value) -> Value { together("Mul", a, b) }
  public func divide(_ a: Value, _ b: Value) -> Value { together("Div", a, b) }

  /// Two tensors number by number; sizes of 1 are repeated, missing ones too.
  private func together(_ operation: String, _ a: Value, _ b: Value) -> Value {
    let rank = max(a.shape.count, b.shape.count)
    func padded(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
    return node(operation, [a.name, b.name], shape: zip(padded(a.shape), padded(b.shape)).map { max($0, $1) })
  }

  public func clip(_ x: Value, _ low: Float, _ high: Float) -> Value {
    node("Clip", [x.name, constant([], [low]).name, constant([], [high]).name], shape: x.shape)
  }

  /// Mean over height and width.
  public func spatialMean(_ x: Value) -> Value {
    node(
      "ReduceMean", [x.name], shape: [x.shape[0], x.channels, 1, 1], [("axes", .ints([2, 3])), ("keepdims", .int(1))])
  }

  /// Each channel of each picture to mean 0 and deviation 1, in single steps.
  public func instanceNorm(_ x: Value) -> Value {
    let centred = subtract(x, spatialMean(x))
    let variance = spatialMean(multiply(centred, centred))
    let deviation = node("Sqrt", [add(variance, scalar(1e-5)).name], shape: variance.shape)
    return multiply(centred, divide(scalar(1), deviation))
  }

  /// Larger or smaller by a factor.
  public func resize(_ x: Value, by factor: Float, linear: Bool) -> Value {
    let size = x.shape[2...].map { Int(Float($0) * factor) }
    let scales = constant([4], [1, 1, factor, factor])
    let transform = linear ? "half_pixel" : "asymmetric"
    return node(
      "Resize", [x.name, "", scales.name], shape: Array(x.shape[..<2]) + size,
      [
        ("mode", .string(linear ? "linear" : "nearest")), ("coordinate_transformation_mode", .string(transform)),
        ("nearest_mode", .string("floor")),
      ])
  }

  /// - Parameter padding: reflected pixels on all sides.
  public func reflect(_ x: Value, padding: Int) -> Value {
    let pads = integers([0, 0, padding, padding, 0, 0, padding, padding])
    let shape = Array(x.shape[..<2]) + x.shape[2...].map { $0 + 2 * padding }
    return node("Pad", [x.name, pads.name], shape: shape, [("mode", .string("reflect"))])
  }

  public func averagePool(_ x: Value, by side: Int) -> Value {
    node(
      "AveragePool", [x.name], shape: Array(x.shape[..<2]) + x.shape[2...].map { $0 / side },
      [("kernel_shape", .ints([side, side])), ("strides", .ints([side, side]))])
  }

  /// The largest of each square around a place; the size stays.
  public func maxPool(_ x: Value, side: Int) -> Value {
    let pad = side / 2
    return node(
      "MaxPool", [x.name], shape: x.shape,
      [("kernel_shape", .ints([side, side])), ("strides", .ints([1, 1])), ("pads", .ints([pad, pad, pad, pad]))])
  }

  public func softmax(_ x: Value, axis: Int) -> Value {
    node("Softmax", [x.name], shape: x.shape, [("axis", .int(axis))])
  }

  public func concat(_ values: [Value], axis: Int) -> Value {
    var shape = values.first?.shape ?? []
    shape[axis] = values.reduce(0) { $0 + $1.shape[axis] }
    return node("Concat", values.map(\.name), shape: shape, [("axis", .int(axis))])
  }

  /// Part of a tensor along one axis.
  public func slice(_ x: Value, axis: Int, _ range: Range<Int>) -> Value {
    var shape = x.shape
    shape[axis] = range.count
    let ends = [[range.lowerBound], [range.upperBound], [axis]].map { integers($0).name }
    return node("Slice", [x.name] + ends, shape: shape)
  }

  /// Another shape of the same numbers; the size of the batch stays.
  public func reshape(_ x: Value, _ shape: [Int]) -> Value {
    node("Reshape", [x.name, integers([0] + shape.dropFirst()).name], shape: shape)
  }

  public func transpose(_ x: Value, _ order: [Int]) -> Value {
    node("Transpose", [x.name], shape: order.map { x.shape[$0] }, [("perm", .ints(order))])
  }
}

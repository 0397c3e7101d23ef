public import Imaging
public import Inference

/// A face restoring network with what goes before and after it (vision.md §21, models.md §4.2). Owned by one worker.
public final class FaceRestorer {
  public let model: FaceEnhancerModel
  private let network: BoundNetwork
  private let size: PixelSize

  /// Whether the network listens to the weight (codeformer).
  public let takesWeight: Bool

  /// - Throws: ``ProcessorsError`` of code `model` when the network does not take and give [1,3,side,side] of float32
  ///   (and, where it has one, a `weight` of one float64).
  public init(session: InferenceSession, model: FaceEnhancerModel) throws {
    let shape = [1, 3, model.side, model.side]
    takesWeight = session.inputs.contains { $0.name == "weight" }
    network = try BoundNetwork(
      session, inputs: takesWeight ? ["input": shape, "weight": [1]] : ["input": shape], doubles: ["weight"],
      outputs: [shape])
    size = PixelSize(width: model.side, height: model.side)
    self.model = model
  }

  /// A crop restored: B, G, R, 8 bit, of the model's side.
  ///
  /// - Parameter weight: 0…1, for networks that take it: 0 invents most, 1 keeps most of the face as it is.
  /// - Throws: ``ProcessorsError`` for a crop of another size or an output that is not a number; the session's errors.
  public func restore(_ crop: PixelBuffer8, weight: Double) throws -> PixelBuffer8 {
    try run(crop, weight)
    return FaceRestorer.picture(of: network.output())
  }

  /// What the network itself gives for a crop: planes R, G, B, not yet clipped; 3 · side² numbers.
  public func rawOutput(for crop: PixelBuffer8, weight: Double) throws -> [Float] {
    try run(crop, weight)
    return network.output().floats
  }

  private func run(_ crop: PixelBuffer8, _ weight: Double) throws {
    guard crop.size == size, crop.channels == 3 else {
      throw ProcessorsError(
        .shape,
        "A crop of \(crop.size) with \(crop.channels) channels does not fit \(model.rawValue), which takes \(size).")
    }
    network.input("input").setPlanes(of: crop, levels: .signed)
    if takesWeight { network.input("weight").setElements([weight]) }
    try network.run()
  }

  // MARK: On given numbers

  /// The network's input for a B, G, R crop: planes R, G, B of (value / 255 − 0.5) / 0.5.
  public static func tensor(of crop: PixelBuffer8) -> Tensor {
    let tensor = Tensor(shape: [1, 3, crop.height, crop.width])
    tensor.setPlanes(of: crop, levels: .signed)
    return tensor
  }

  /// The B, G, R picture in a network's output: (kept within −1…1 + 1) / 2 · 255, rounded half to even.
  ///
  /// - Parameter output: planes R, G, B of this size.
  /// - Throws: ``ProcessorsError`` of code `shape` or, for values that are not numbers, `model`.
  public static func picture(ofOutput output: [Float], size: PixelSize) throws -> PixelBuffer8 {
    guard output.count == 3 * size.area else {
      throw ProcessorsError(.shape, "\(output.count) numbers are not three planes of \(size).")
    }
    guard output.allSatisfy(\.isFinite) else {
      throw ProcessorsError(.model, "The output of a face enhancer holds values that are not finite.")
    }
    return picture(of: Tensor(shape: [1, 3, size.height, size.width], elements: output))
  }

  private static func picture(of planes: Tensor) -> PixelBuffer8 {
    PixelBuffer8(planes: planes, as: PlanarBytes(.signed, rounds: true))
  }
}

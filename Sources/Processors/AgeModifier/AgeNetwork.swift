public import Imaging
public import Inference

/// One of the networks that change a face's age. Owned by one worker.
public final class AgeNetwork {
  /// Edge of fran's crop.
  public static let franSize = PixelSize(width: 1024, height: 1024)
  /// Edge of the narrow crop of styleganex_age.
  public static let narrowSize = PixelSize(width: 256, height: 256)
  /// Edge of its wide crop.
  public static let wideSize = PixelSize(width: 384, height: 384)
  /// Edge of what it is pasted back as.
  public static let pasteSize = PixelSize(width: 1024, height: 1024)

  public let model: AgeModifierModel
  private let network: BoundNetwork

  /// - Throws: ``ProcessorsError`` `model` for another model.
  public init(_ model: AgeModifierModel, session: InferenceSession) throws {
    self.model = model
    var inputs = ["target": Self.shape(model == .fran ? Self.franSize : Self.narrowSize)]
    if model == .styleganex { inputs["target_with_background"] = Self.shape(Self.wideSize) }
    if let direction = session.inputs.first(where: { $0.name == "direction" }) {
      let shapes = model == .fran ? [[2], [1, 2]] : [[], [1], [1, 1]]
      inputs["direction"] = shapes.first(where: direction.accepts) ?? shapes[0]
    }
    // styleganex_age draws larger than it sees, by how much is read from what it gives.
    network = try BoundNetwork(
      session, inputs: inputs, outputs: model == .fran ? [Self.shape(Self.franSize)] : [])
  }

  private static func shape(_ size: PixelSize) -> [Int] { [1, 3, size.height, size.width] }

  private static func levels(_ model: AgeModifierModel) -> ChannelLevels { model == .fran ? .unit : .signed }

  /// What the network takes for a crop: planes R, G, B; fran value/255, styleganex_age −1…1.
  public static func tensor(_ model: AgeModifierModel, of crop: PixelBuffer8) -> Tensor {
    let tensor = Tensor(shape: shape(crop.size))
    tensor.setPlanes(of: crop, levels: levels(model))
    return tensor
  }

  /// fran: the face of a 1024 × 1024 crop at another age, B, G, R, 0…255, not rounded (vision.md §34).
  ///
  /// - Parameter ages: ``AgeModifierOptions/ages(of:)``.
  /// - Throws: ``ProcessorsError`` `model` for another answer, or one that is not finite.
  public func aged(_ crop: PixelBuffer8, ages: [Float]) throws -> PixelBuffer<Double> {
    try fill("target", crop)
    setDirection(ages)
    try network.run()
    var aged = PixelBuffer<Double>(size: crop.size, channels: 3, repeating: 0)
    aged.setPixels(fromPlanes: network.output()) { value, _ in Double(min(max(value, 0), 1)) * 255 }
    return aged
  }

  /// styleganex_age: the wide crop at another age, B, G, R, of the network's own size.
  ///
  /// - Parameters:
  ///   - narrow: 256 × 256.
  ///   - wide: 384 × 384.
  ///   - shift: ``AgeModifierOptions/shift``.
  /// - Throws: ``ProcessorsError`` `model` for another answer, or one that is not finite.
  public func aged(narrow: PixelBuffer8, wide: PixelBuffer8, shift: Float) throws -> PixelBuffer8 {
    try fill("target", narrow)
    try fill("target_with_background", wide)
    setDirection([shift])
    try network.run()
    guard let output = network.results.first, output.type == .float32, output.shape.count == 4,
      output.shape[0] == 1, output.shape[1] == 3, output.count > 0, output.firstNotFinite() == nil
    else {
      throw ProcessorsError(
        .model,
        "The model \(network.session.name) gives \(network.results.map(\.shape)); finite float32 planes R, G, B "
          + "[1, 3, rows, columns] are needed.")
    }
    return PixelBuffer8(planes: output, as: PlanarBytes(.signed, rounds: false))
  }

  private func setDirection(_ numbers: [Float]) {
    guard network.session.inputs.contains(where: { $0.name == "direction" }) else { return }
    network.input("direction").floats = numbers
  }

  private func fill(_ input: String, _ crop: PixelBuffer8) throws {
    let size = input == "target" ? (model == .fran ? Self.franSize : Self.narrowSize) : Self.wideSize
    guard crop.size == size, crop.channels == 3 else {
      throw ProcessorsError(
        .shape, "\(network.session.name) takes \(size) pixels as \(input), not \(crop.size).")
    }
    network.input(input).setPlanes(of: crop, levels: Self.levels(model))
  }
}

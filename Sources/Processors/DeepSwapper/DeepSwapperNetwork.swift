public import Imaging
public import Inference

/// A network of the deep swapper, which knows one face and puts it in place of any (vision.md §20, models.md §4.7).
/// Owned by one worker.
public final class DeepSwapperNetwork {
  /// What it makes of a crop.
  public struct Swapped: Sendable {
    /// B, G, R, the crop's size.
    public let picture: PixelBuffer8
    /// Where the face is, as the network sees it before and after, 0…1, softened.
    public let mask: PixelBufferF
  }

  private static let faceInput = "in_face:0"
  private static let morphInput = "morph_value:0"
  /// Edge of the crops it takes.
  public let size: PixelSize
  /// Whether it can be told how far to go.
  public let hasMorph: Bool
  private let network: BoundNetwork

  /// - Throws: ``ProcessorsError`` `model` for another model.
  public init(session: InferenceSession) throws {
    let shape = session.inputs.first { $0.name == Self.faceInput }?.shape ?? []
    guard shape.count == 4, shape[1] > 0, shape[1] == shape[2] else {
      throw ProcessorsError(
        .model,
        "The model \(session.name) takes \(session.inputs.map(\.description).joined(separator: ", ")); "
          + "\(Self.faceInput) float32[1×S×S×3] is needed.",
        hint: "It may be no model of the deep swapper.")
    }
    size = PixelSize(width: shape[2], height: shape[1])
    var inputs = [Self.faceInput: [1, size.height, size.width, 3]]
    if let morph = session.inputs.first(where: { $0.name == Self.morphInput }) {
      let shapes = [[1], [], [1, 1]]
      inputs[Self.morphInput] = shapes.first(where: morph.accepts) ?? shapes[0]
    }
    hasMorph = inputs[Self.morphInput] != nil
    let mask = [1, size.height, size.width, 1]
    network = try BoundNetwork(session, inputs: inputs, outputs: [mask, [1, size.height, size.width, 3], mask])
  }

  /// A crop as it goes into the network: 1.75 of it less 0.75 of its blur (step 3).
  public static func sharpened(_ crop: PixelBuffer8) -> PixelBuffer8 {
    weightedSum(crop, 1.75, gaussianBlur(crop, sigma: 2), -0.75)
  }

  /// What the network takes for a sharpened crop: rows, columns, B, G, R, value/255.
  public static func tensor(of sharpened: PixelBuffer8) -> Tensor {
    let tensor = Tensor(shape: [1, sharpened.height, sharpened.width, 3])
    tensor.setPixels(of: sharpened, levels: .unit)
    return tensor
  }

  /// The network's face in place of the crop's.
  ///
  /// - Parameters:
  ///   - sharpened: ``size``, three channels.
  ///   - morph: 0…1, how far towards the network's face; ignored by models that cannot.
  /// - Throws: ``ProcessorsError`` `model` for another answer, or one that is not finite.
  public func swap(_ sharpened: PixelBuffer8, morph: Float) throws -> Swapped {
    guard sharpened.size == size, sharpened.channels == 3 else {
      throw ProcessorsError(.shape, "The model \(network.session.name) takes crops of \(size), not \(sharpened.size).")
    }
    network.input(Self.faceInput).setPixels(of: sharpened, levels: .unit)
    if hasMorph { network.input(Self.morphInput).floats = [morph] }
    try network.run()
    var picture = sharpened
    let face = network.output(1).floats
    for index in picture.samples.indices { picture.samples[index] = UInt8(min(max(face[index] * 255, 0), 255)) }
    return Swapped(picture: picture, mask: try Self.mask(of: network.output(0), and: network.output(2), size: size))
  }

  /// The least of both masks, clamped to 0…1, eroded twice and softened (step 6).
  ///
  /// - Throws: ``ProcessorsError`` `shape` for masks of another size, or ones that are not finite.
  public static func mask(of first: Tensor, and second: Tensor, size: PixelSize) throws -> PixelBufferF {
    let sides = try [first, second].map { tensor -> [Float] in
      guard tensor.count == size.area, tensor.type == .float32, tensor.firstNotFinite() == nil else {
        throw ProcessorsError(.shape, "A mask of \(tensor.type)\(tensor.shape) is no finite one of \(size) pixels.")
      }
      return tensor.floats
    }
    var mask = PixelBufferF(size: size, channels: 1, samples: sides[0])
    for index in mask.samples.indices {
      mask.samples[index] = min(max(min(sides[0][index], sides[1][index]), 0), 1)
    }
    return gaussianBlur(erode(mask, iterations: 2), sigma: 6.25)
  }
}

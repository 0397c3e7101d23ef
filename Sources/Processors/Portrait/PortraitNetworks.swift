public import Faces
public import Imaging
public import Inference
import ModelStore

/// The networks of live portrait that see a face and draw it anew (vision.md §23). Owned by one worker.
public final class PortraitNetworks {
  /// Side of the crops that are seen and drawn.
  public static let cropSize = PixelSize(width: 512, height: 512)
  private static let inputSize = PixelSize(width: 256, height: 256)
  private static let inputShape = [1, 3, inputSize.height, inputSize.width]

  private let features: BoundNetwork
  private let motion: BoundNetwork
  private let generator: BoundNetwork

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for other models.
  public init(networks: FaceNetworks) throws {
    let picture = ["input": Self.inputShape]
    let generator = try networks.open("live_portrait_generator")
    let features = try networks.open("live_portrait_feature_extractor")
    let volume = Self.volumeShape(generator.inputs.first { $0.name == "feature_volume" }, features.outputs.first)
    self.features = try BoundNetwork(features, inputs: picture, outputs: [volume])
    // The shapes of its small outputs differ from file to file; PortraitMotion counts their elements.
    motion = try BoundNetwork(networks.open("live_portrait_motion_extractor"), inputs: picture, outputs: [])
    let points = [1, PortraitExpression.pointCount, 3]
    self.generator = try BoundNetwork(
      generator, inputs: ["feature_volume": volume, "source": points, "target": points],
      outputs: [[1, 3, Self.cropSize.height, Self.cropSize.width]])
  }

  /// As the files say it, else as the published ones have it.
  private static func volumeShape(_ taken: TensorInfo?, _ given: TensorInfo?) -> [Int] {
    for info in [taken, given] {
      if let info, !info.isDynamic { return info.shape }
    }
    return [1, 32, 16, 64, 64]
  }

  /// What the extractors take for a 512 × 512 crop: halved, planes R, G, B, value/255.
  public static func tensor(of crop: PixelBuffer8) -> Tensor {
    let tensor = Tensor(shape: inputShape)
    fill(tensor, from: crop)
    return tensor
  }

  private static func fill(_ tensor: Tensor, from crop: PixelBuffer8) {
    tensor.setPlanes(of: resize(crop, to: inputSize, mode: .area), levels: .unit)
  }

  /// How the face of a 512 × 512 crop moves.
  ///
  /// - Throws: ``ProcessorsError`` `model` for another answer, or one that is not finite.
  public func motion(of crop: PixelBuffer8) throws -> PortraitMotion {
    Self.fill(motion.input("input"), from: crop)
    try motion.run()
    return try PortraitMotion(outputs: motion.results, of: motion.session.name)
  }

  /// The volume of features of a 512 × 512 crop, which the generator takes as it is. The next call may overwrite it.
  public func featureVolume(of crop: PixelBuffer8) throws -> Tensor {
    Self.fill(features.input("input"), from: crop)
    try features.run()
    return features.output()
  }

  /// The face of `volume` with its points moved from `target` to `source`: B, G, R, 512 × 512.
  ///
  /// - Throws: ``ProcessorsError`` `model` for a picture of another shape, or one that is not finite.
  public func draw(_ volume: Tensor, source: [Point3], target: [Point3]) throws -> PixelBuffer8 {
    generator.hand(volume, as: "feature_volume")
    generator.input("source").floats = PortraitTensors.values(source)
    generator.input("target").floats = PortraitTensors.values(target)
    try generator.run()
    return PixelBuffer8(planes: generator.output(), as: PlanarBytes(.unit, rounds: false))
  }
}

/// The networks of live portrait that open eyes and lips and fit edited points to a face. Owned by one worker.
public final class PortraitRetargeting {
  private let eyes: BoundNetwork
  private let lips: BoundNetwork
  private let stitcher: BoundNetwork

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for other models.
  public init(networks: FaceNetworks) throws {
    let points = [1, PortraitExpression.pointCount, 3]
    eyes = try BoundNetwork(networks.open("live_portrait_eye_retargeter"), inputs: ["input": [1, 66]], outputs: [])
    lips = try BoundNetwork(networks.open("live_portrait_lip_retargeter"), inputs: ["input": [1, 65]], outputs: [])
    stitcher = try BoundNetwork(
      networks.open("live_portrait_stitcher"), inputs: ["source": points, "target": points], outputs: [])
  }

  /// The edited points with eyes and lips opened, as they go to the stitcher (vision.md §25, step 5).
  ///
  /// - Parameters:
  ///   - source: The edited points.
  ///   - target: The points as seen.
  public func opened(
    _ source: [Point3], target: [Point3], openings: PortraitOpenings, edits: FaceEdits
  ) throws -> [Point3] {
    var opened = source
    if edits.eyeOpening != 0 {
      let offsets = try offsets(eyes, openings.eyeInput(points: target, opening: edits.eyeOpening))
      for index in opened.indices { opened[index] += offsets[index] * Float(abs(edits.eyeOpening)) }
    }
    if edits.lipOpening != 0 {
      let offsets = try offsets(lips, openings.lipInput(points: target, opening: edits.lipOpening))
      for index in opened.indices { opened[index] += offsets[index] * Float(abs(edits.lipOpening)) }
    }
    return opened
  }

  /// The points fitted to the face (step 6).
  public func stitched(_ source: [Point3], target: [Point3]) throws -> [Point3] {
    stitcher.input("source").floats = PortraitTensors.values(source)
    stitcher.input("target").floats = PortraitTensors.values(target)
    return try points(stitcher, "stitched points")
  }

  private func offsets(_ network: BoundNetwork, _ input: [Float]) throws -> [Point3] {
    network.input("input").floats = input
    return try points(network, "offsets")
  }

  /// The network's first output, 63 numbers in any shape.
  private func points(_ network: BoundNetwork, _ what: String) throws -> [Point3] {
    try network.run()
    guard let output = network.results.first else {
      throw ProcessorsError(.model, "The model \(network.session.name) gives nothing.")
    }
    return PortraitTensors.points(
      try PortraitTensors.floats(
        output, count: 3 * PortraitExpression.pointCount, what: what, model: network.session.name))
  }
}

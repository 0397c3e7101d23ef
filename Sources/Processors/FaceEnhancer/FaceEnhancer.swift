public import Faces
public import Imaging

extension Stage {
  /// Crop, network and paste of the face enhancer.
  public static let faceEnhance = Stage(rawValue: "face_enhance")
}

/// The options of the face enhancer.
public struct FaceEnhancerOptions: Sendable, Hashable {
  public var model: FaceEnhancerModel
  /// How much of the restored face is in the result, percent.
  public var blend: Int
  /// 0…1, for networks that take it.
  public var weight: Double
  /// Its types `box` and `occlusion` and its blur are honoured (vision.md §6.5).
  public var masks: FaceMaskOptions

  public init(
    model: FaceEnhancerModel = .standard, blend: Int = 80, weight: Double = 0.5,
    masks: FaceMaskOptions = FaceMaskOptions()
  ) {
    self.model = model
    self.blend = blend
    self.weight = weight
    self.masks = masks
  }
}

/// The processor `face_enhancer`: restores the chosen faces with a network (vision.md §21).
public struct FaceEnhancer: PictureProcessorPlan {
  public let name = "face_enhancer"
  public let options: FaceEnhancerOptions
  private let networks: FaceNetworks

  /// - Throws: ``ProcessorsError`` of code `option`.
  public init(options: FaceEnhancerOptions, networks: FaceNetworks) throws {
    _ = try blendShare(options.blend, option: "--face-enhancer-blend")
    guard (0...1).contains(options.weight) else {
      throw ProcessorsError(.option, "--face-enhancer-weight is \(options.weight), which is not between 0 and 1.")
    }
    self.options = options
    self.networks = networks
  }

  public func makeWorker() throws -> any PictureProcessing {
    guard networks.card != nil else { return try makeHostWorker() }
    return PlacedPictureProcessor(host: makeHostWorker) { [options, networks] card in
      try DeviceFaceEnhancer(options, networks: networks, card: card)
    }
  }

  private func makeHostWorker() throws -> any PictureProcessing {
    try FaceEnhancerWorker(
      options: options, network: FaceEnhancerNetwork(options.model, networks: networks),
      masker: FaceMasker(networks: networks, options: options.masks, honoring: [.box, .occlusion]))
  }
}

/// What changes the crop. Owned by one worker.
public enum FaceEnhancerNetwork {
  case restorer(FaceRestorer)
  case upscaler(FrameUpscaler)

  public init(_ model: FaceEnhancerModel, networks: FaceNetworks) throws {
    let session = try networks.open(model.id)
    self =
      model == .realesrganX4plus
      ? .upscaler(try FrameUpscaler(session: session, model: .realesrganX4plus))
      : .restorer(try FaceRestorer(session: session, model: model))
  }

  /// The crop, better; of the same size. An upscaler's picture is reduced again, each pixel the mean of what it covers.
  public func enhance(_ crop: PixelBuffer8, weight: Double) throws -> PixelBuffer8 {
    switch self {
    case .restorer(let restorer): try restorer.restore(crop, weight: weight)
    case .upscaler(let upscaler): resize(try upscaler.enlarge(crop), to: crop.size, mode: .area)
    }
  }
}

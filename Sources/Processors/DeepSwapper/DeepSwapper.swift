public import Faces
public import Imaging

/// What the deep swapper is to do.
public struct DeepSwapperOptions: Sendable, Equatable {
  /// `--deep-swapper-model`.
  public var model: DeepSwapperModel
  /// `--deep-swapper-morph`, 0…100: how far towards the model's face.
  public var morph: Double

  public init(model: DeepSwapperModel, morph: Double = 100) {
    self.model = model
    self.morph = morph
  }

  /// The options `deep_swapper_…`; what is not set has its default.
  ///
  /// - Throws: ``ProcessorsError`` `option` for a model that cannot be.
  public init(_ options: any OptionReading) throws {
    self.init(
      model: try DeepSwapperModel(id: options.string("deep_swapper_model") ?? DeepSwapperModel.fallback),
      morph: options.number("deep_swapper_morph") ?? 100)
  }
}

/// The processor `deep_swapper`: puts the one face that a model knows in place of the chosen ones (vision.md §20).
public struct DeepSwapperPlan: PictureProcessorPlan {
  public let name = "deep_swapper"
  let options: DeepSwapperOptions
  let masks: FaceMaskOptions
  let networks: FaceNetworks

  public func makeWorker() throws -> any PictureProcessing {
    try DeepSwapper(networks: networks, options: options, masks: masks)
  }
}

/// The deep swapper in one worker.
public final class DeepSwapper: PictureProcessing {
  /// What is made of one face.
  public struct Result: Sendable {
    /// As the network gave it.
    public let swapped: DeepSwapperNetwork.Swapped
    /// With the colours of the picture where they agree, on its way back.
    public let patch: FacePatch<UInt8>
  }

  public private(set) var timings = StageTimings()
  private let options: DeepSwapperOptions
  private let network: DeepSwapperNetwork
  private let masker: FaceMasker

  /// - Throws: The model store's and the session's errors, and ``ProcessorsError`` `model` for another model.
  public init(networks: FaceNetworks, options: DeepSwapperOptions, masks: FaceMaskOptions) throws {
    self.options = options
    network = try DeepSwapperNetwork(session: networks.open(options.model.modelID))
    masker = try FaceMasker(networks: networks, options: masks)
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    var count = 0
    for face in work.scaledFaces where face.landmarks5From68.count == 5 {
      let result = try timings.measure(.deepSwapper) {
        try swap(work.picture, points: face.landmarks5From68, landmarks68: face.landmarks68)
      }
      result.patch.paste(into: &work)
      count += 1
    }
    return count
  }

  /// The crop of a face.
  public func crop(_ picture: PixelBuffer8, points: [Point]) throws -> FaceCrop {
    try FaceCrop(of: picture, landmarks: points, template: .dflWholeFace, side: network.size.width)
  }

  /// The model's face in place of one of `picture`.
  ///
  /// - Parameters:
  ///   - points: `5/68` in pixels of `picture`.
  ///   - landmarks68: Set `68`, for the area mask.
  public func swap(_ picture: PixelBuffer8, points: [Point], landmarks68: [Point]) throws -> Result {
    let crop = try crop(picture, points: points)
    let masks = masker.options
    var parts = [masker.boxMask(size: crop.side, blur: masks.blur, padding: masks.padding)]
    if masks.types.contains(.occlusion) { parts.append(try masker.occlusionMask(of: crop.picture)) }
    let morph = Float(min(max(options.morph, 0), 100) / 100)
    let swapped = try network.swap(DeepSwapperNetwork.sharpened(crop.picture), morph: morph)
    let matched = matchAgreeingColors(of: swapped.picture, to: crop.picture)
    parts.append(swapped.mask)
    if masks.types.contains(.area) {
      parts.append(masker.areaMask(size: crop.side, landmarks68: crop.transform.apply(landmarks68)))
    }
    if masks.types.contains(.region) { parts.append(try masker.regionMask(of: matched)) }
    return Result(
      swapped: swapped, patch: FacePatch(transform: crop.transform, crop: matched, mask: masker.combined(parts)))
  }
}

extension Stage {
  public static let deepSwapper = Stage(rawValue: "deep_swapper")
}

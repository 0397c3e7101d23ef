public import Imaging

/// Makes the masks of a face's crop (vision.md §6). Owned by one worker; loads only the networks its options need.
///
/// Crops are square, B, G, R. Masks have one channel of 0…1 and the crop's size.
public final class FaceMasker {
  public let options: FaceMaskOptions
  private let networks: FaceNetworks
  private var occluders: [FaceOccluder] = []
  private var parser: FaceParser?
  private var boxes = BoxMaskCache()

  /// - Parameter types: The masks that the caller honours: what it never asks for is not loaded.
  /// - Throws: The model store's and the session's errors, and ``FacesError`` for a model of another shape.
  public init(
    networks: FaceNetworks, options: FaceMaskOptions, honoring types: Set<FaceMaskType> = Set(FaceMaskType.allCases)
  ) throws {
    self.networks = networks
    self.options = options
    let wanted = options.types.intersection(types)
    if wanted.contains(.occlusion) { occluders = try networks.occluders(options.occluderModel) }
    if wanted.contains(.region) { parser = try networks.parser(options.parserModel) }
  }

  /// 1 inside, soft at the edges, without what the padding takes away (§6.1). Made once for each setting.
  ///
  /// - Parameter size: The crop's side in pixels.
  public func boxMask(size: Int, blur: Double, padding: MaskPadding) -> PixelBufferF {
    boxes.mask(size: size, blur: blur, padding: padding)
  }

  /// 0 where something covers the face (§6.2): the least of what the occluders see, softened.
  ///
  /// Loads the occluders when the options' types leave them out.
  public func occlusionMask(of crop: PixelBuffer8) throws -> PixelBufferF {
    if occluders.isEmpty { occluders = try networks.occluders(options.occluderModel) }
    return softenedMask(combineMasks(try occluders.map { try $0.visible(in: crop) }))
  }

  /// 1 inside the hull of the options' areas, softened (§6.3); nothing is shown when there are not 68 points.
  ///
  /// - Parameter landmarks68: In crop pixels.
  public func areaMask(size: Int, landmarks68: [Point]) -> PixelBufferF {
    areaMask(size: size, landmarks68: landmarks68, areas: options.areas)
  }

  /// The same for given areas.
  public func areaMask(size: Int, landmarks68: [Point], areas: Set<FaceMaskArea>) -> PixelBufferF {
    guard landmarks68.count == 68 else {
      return PixelBufferF(size: PixelSize(width: size, height: size), channels: 1, repeating: 0)
    }
    return Imaging.areaMask(points: landmarks68, areas: areas, size: size)
  }

  /// 1 where the parser sees one of the options' regions, softened (§6.4).
  ///
  /// Loads the parser when the options' types leave it out.
  public func regionMask(of crop: PixelBuffer8) throws -> PixelBufferF {
    softenedMask(resize(try loadedParser().shown(options.regions, in: crop), to: crop.size))
  }

  /// The same for a float crop, 0…255.
  public func regionMask(of crop: PixelBufferF) throws -> PixelBufferF {
    softenedMask(resize(try loadedParser().shown(options.regions, in: crop), to: crop.size))
  }

  /// The same for a double crop, 0…255, which the network sees in single precision.
  public func regionMask(of crop: PixelBuffer<Double>) throws -> PixelBufferF {
    try regionMask(
      of: PixelBufferF(size: crop.size, channels: crop.channels, samples: crop.samples.map { Float($0) }))
  }

  /// The least of all masks at every pixel, within 0…1 (§6.5). All have one size, and there is one at least.
  public func combined(_ masks: [PixelBufferF]) -> PixelBufferF { combineMasks(masks) }

  private func loadedParser() throws -> FaceParser {
    if let parser { return parser }
    let loaded = try networks.parser(options.parserModel)
    parser = loaded
    return loaded
  }
}

extension FaceNetworks {
  /// The networks of `--face-occluder-model`.
  public func occluders(_ model: FaceOccluderModel) throws -> [FaceOccluder] {
    if model == .likeness { return [try FaceOccluder(session: likenessOccluder(), form: .likeness)] }
    return try model.modelIDs.map { try FaceOccluder(session: openCommon($0), form: .xseg) }
  }

  /// The network of `--face-parser-model`.
  public func parser(_ model: FaceParserModel) throws -> FaceParser {
    try FaceParser(session: openCommon(model.modelID))
  }
}

public import Faces

/// The processor `face_swapper` with a published network, put together for a run.
public struct NetworkSwapperPlan: PictureProcessorPlan {
  public let name = "face_swapper"
  private let model: NetworkSwapperModel
  private let side: Int
  private let source: SwapSource
  private let balance: IdentityBalance
  private let masks: FaceMaskOptions
  private let networks: FaceNetworks

  /// - Parameters:
  ///   - boost: `--face-swapper-pixel-boost`; nil = the network's own size.
  ///   - weight: `--face-swapper-weight`, 0…1.
  /// - Throws: ``ProcessorsError`` for a pixel boost that the model has not, or no source.
  public init(
    model: NetworkSwapperModel, boost: String?, weight: Double, sources: [SourcePicture], masks: FaceMaskOptions,
    networks: FaceNetworks
  ) throws {
    self.model = model
    side = try model.cropSide(boost: boost)
    source = try SwapSource(model, sources: sources, networks: networks)
    balance = IdentityBalance(weight: weight)
    self.masks = masks
    self.networks = networks
  }

  public func makeWorker() throws -> any PictureProcessing {
    guard networks.card != nil else { return try makeHostWorker() }
    return PlacedPictureProcessor(looksAtTarget: looksAtTarget, host: makeHostWorker) { card in
      try DeviceNetworkSwapper(
        model, side: side, source: source, balance: balance, masks: masks, networks: networks,
        recognizer: makeRecognizer(), card: card)
    }
  }

  private func makeHostWorker() throws -> any PictureProcessing {
    try NetworkSwapper(
      source: source, balance: balance,
      network: SwapNetwork(model, session: networks.open(model.id), side: side),
      masks: SwapMasks(networks: networks, options: masks), recognizer: makeRecognizer())
  }

  /// For targets that come without their identity.
  private func makeRecognizer() throws -> ArcFaceRecognizer? {
    looksAtTarget ? try networks.arcFaceRecognizer() : nil
  }

  /// Whether the target's identity counts.
  private var looksAtTarget: Bool { model.family.sourceCrop == nil && !balance.isNeutral }
}

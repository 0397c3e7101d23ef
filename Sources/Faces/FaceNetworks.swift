public import Imaging
public import Inference
public import ModelStore

/// What a model is used for.
public enum ModelUse: Sendable {
  /// Finding, recognising, masking faces, whatever is done to them.
  case common
  /// The work of one processor.
  case processor
}

/// Makes the networks of this module from checked model files. Immutable, may be shared; what it makes belongs to the
/// worker that asked.
public struct FaceNetworks: Sendable {
  private let runtime: OnnxRuntime
  private let models: any ModelLoading
  private let session: SessionOptions
  /// Answers what is asked about frames that lie on its cards.
  public let card: CardNetworks?
  private let onOpen: (@Sendable (InferenceSession, ModelUse) -> Void)?

  /// - Parameters:
  ///   - card: what is asked about frames that lie on its card is answered there.
  ///   - onOpen: told of every session made for a worker.
  public init(
    runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions = SessionOptions(),
    card: CardNetworks? = nil, onOpen: (@Sendable (InferenceSession, ModelUse) -> Void)? = nil
  ) {
    self.runtime = runtime
    self.models = models
    self.session = session
    self.card = card
    self.onOpen = onOpen
  }

  /// The detector of the options, of either pack.
  public func detector(_ options: FaceOptions) throws -> any FaceDetecting {
    options.detectorModel.published.isEmpty ? try openDetector(options) : try publishedDetector(options)
  }

  /// A detector of the open pack.
  private func openDetector(_ options: FaceOptions) throws -> FaceDetector {
    try options.validate()
    var networks: [any CandidateFinding] = []
    if options.detectorModel != .blazefaceFullRange {
      networks.append(
        CenterFaceNetwork(
          session: try openPicture(CenterFaceNetwork.modelID), size: options.detectorSize, card: card))
    }
    if options.detectorModel != .centerface {
      networks.append(try BlazeFaceNetwork(session: try openPicture(BlazeFaceNetwork.modelID), card: card))
    }
    return FaceDetector(
      networks: networks, margin: options.detectorMargin, angles: options.detectorAngles,
      score: options.detectorScore)
  }

  /// The published detector of the options, or several of them for `many`; a detector of the open pack is refused.
  public func publishedDetector(_ options: FaceOptions) throws -> PublishedFaceDetector {
    try options.validate()
    let models = options.detectorModel.published
    guard !models.isEmpty else {
      throw FacesError(
        code: .invalidOption, message: "--face-detector-model is \(options.detectorModel.rawValue).",
        hint: "Needed here: retinaface, scrfd, yolo_face, yunet or many.")
    }
    let networks = try models.map {
      try PublishedDetectorNetwork(
        session: try openCommon($0.modelID), model: $0, size: options.detectorSize, card: card)
    }
    return PublishedFaceDetector(
      networks: networks, margin: options.detectorMargin, angles: options.detectorAngles,
      score: options.detectorScore)
  }

  /// The network that lays the mesh; for a published landmarker the larger one, which then lays it in addition.
  public func landmarker(_ model: FaceLandmarkerModel = .faceMesh478) throws -> FaceMeshLandmarker {
    let mesh = model.isMesh ? model : .faceMesh478
    return try FaceMeshLandmarker(session: try openPicture(mesh.modelID), model: mesh, card: card)
  }

  /// The published landmarker of the options; one that lays a mesh is refused.
  public func publishedLandmarker(_ model: FaceLandmarkerModel) throws -> PublishedLandmarker {
    let models: [PublishedLandmarkerModel]
    switch model {
    case .twoDFan4: models = [.twoDFan4]
    case .peppaWutz: models = [.peppaWutz]
    case .many: models = [.twoDFan4, .peppaWutz]
    case .faceMesh478, .faceMesh468:
      throw FacesError(
        code: .invalidOption, message: "--face-landmarker-model is \(model.rawValue).",
        hint: "Needed here: 2dfan4, peppa_wutz or many.")
    }
    return try PublishedLandmarker(sessions: models.map { ($0, try openCommon($0.modelID)) }, card: card)
  }

  /// Guesses 68 points from five.
  public func guesser() throws -> Fan68Landmarker {
    try Fan68Landmarker(session: try openCommon(Fan68Landmarker.modelID))
  }

  /// - Parameter model: `auto` counts as dlib; ``FaceRecognizerModel/resolved(landmarker:needsArcFace:)`` decides.
  public func recognizer(_ model: FaceRecognizerModel) throws -> any FaceRecognizing {
    model == .arcFace ? try arcFaceRecognizer() : try recognizer()
  }

  public func recognizer() throws -> DlibRecognizer {
    try DlibRecognizer(session: try openPicture(DlibRecognizer.modelID), card: card)
  }

  public func arcFaceRecognizer() throws -> ArcFaceRecognizer {
    try ArcFaceRecognizer(session: try openCommon(ArcFaceRecognizer.modelID), card: card)
  }

  public func classifier() throws -> FairFaceClassifier {
    try FairFaceClassifier(session: try openCommon(FairFaceClassifier.modelID), card: card)
  }

  public func occlusionMasker() throws -> OcclusionMasker {
    try OcclusionMasker(session: likenessOccluder(), card: card)
  }

  /// On a processor the 8-bit copy of the network, which is faster there and gives the same mask; it is made at
  /// set-up, so where it is missing the network itself does the work.
  func likenessOccluder() throws -> InferenceSession {
    if runsOnProcessor {
      do {
        return try openPicture(.likenessOccluderInt8)
      } catch let error as ModelStoreError where error.code == .modelMissing {}
    }
    return try openPicture(.likenessOccluder)
  }

  /// For stills.
  ///
  /// - Parameter identifies: With the recogniser, for ``FaceAnalyser/embed(_:in:)``.
  public func analyser(
    _ options: FaceOptions, identifies: Bool = true, recognizer model: FaceRecognizerModel = .dlib
  ) throws -> FaceAnalyser {
    FaceAnalyser(
      detector: try detector(options), landmarker: try landmarker(options.landmarkerModel),
      recognizer: identifies ? try recognizer(model) : nil, landmarkerScore: options.landmarkerScore)
  }

  /// For stills and videos with a published landmarker: every picture is looked at afresh.
  public func publishedAnalyser(
    _ options: FaceOptions, detail: FaceDetail = [], recognizer: FaceRecognizerModel = .auto
  ) throws -> PublishedFaceAnalyser {
    try PublishedFaceAnalyser(networks: self, options: options, detail: detail, recognizer: recognizer)
  }

  /// For a video.
  ///
  /// - Parameter identifies: Every face comes with its identity, for mode `reference`.
  public func follower(
    _ options: FaceOptions, identifies: Bool = false, recognizer model: FaceRecognizerModel = .dlib
  ) throws -> FaceFollower {
    FaceFollower(
      detector: try detector(options), landmarker: try landmarker(options.landmarkerModel),
      recognizer: identifies ? try recognizer(model) : nil, options: options, identifies: identifies)
  }

  private var runsOnProcessor: Bool {
    switch session.providers {
    case .auto: runtime.availableProviders.allSatisfy { $0 == .cpu }
    case .list(let providers): providers.allSatisfy { $0 == .cpu }
    }
  }

  /// The bytes of a model's file.
  public func load(_ id: ModelID) throws -> [UInt8] { try models.load(id) }

  /// A session of its own on a model's file, for a processor.
  public func open(_ id: ModelID) throws -> InferenceSession { try open(id, use: .processor) }

  /// The same for finding, recognising and masking faces.
  func openCommon(_ id: ModelID) throws -> InferenceSession { try open(id, use: .common) }

  /// A session for frames of the host, of a network that answers on the cards what is asked about frames there. With
  /// cards it is seldom asked, so it makes no batches of its own.
  private func openPicture(_ id: ModelID) throws -> InferenceSession {
    try open(id, use: .common, batches: card == nil)
  }

  /// Makes ready on the cards what frames of a size need before the first of them comes: the detector of the open pack
  /// has another input for every size. All other networks are made ready when they are opened.
  public func prepare(_ options: FaceOptions, for frame: PixelSize) throws {
    guard card != nil, options.detectorModel.published.isEmpty, options.detectorModel != .blazefaceFullRange else {
      return
    }
    let network = CenterFaceNetwork(
      session: try openPicture(CenterFaceNetwork.modelID), size: options.detectorSize, card: card)
    for angle in options.detectorAngles {
      try network.prepare(frame: frame, margin: options.detectorMargin, angle: angle)
    }
  }

  private func open(_ id: ModelID, use: ModelUse, batches: Bool = true) throws -> InferenceSession {
    var options = session
    if let place = FaceNetworks.place {
      options.deviceID = place.deviceID ?? options.deviceID
      options.batching = batches ? place.batching : .off
    }
    let opened = try InferenceSession(
      runtime: runtime, bytes: try models.load(id), name: id.rawValue, options: options)
    onOpen?(opened, use)
    return opened
  }
}

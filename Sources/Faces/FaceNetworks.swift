public import Inference
public import ModelStore

/// Makes the networks of this module from checked model files. Immutable, may be shared; what it makes belongs to the
/// worker that asked.
public struct FaceNetworks: Sendable {
  private let runtime: OnnxRuntime
  private let models: any ModelLoading
  private let session: SessionOptions

  public init(runtime: OnnxRuntime, models: any ModelLoading, session: SessionOptions = SessionOptions()) {
    self.runtime = runtime
    self.models = models
    self.session = session
  }

  /// The detector of the options.
  public func detector(_ options: FaceOptions) throws -> FaceDetector {
    try options.validate()
    var networks: [any CandidateFinding] = []
    if options.detectorModel != .blazefaceFullRange {
      networks.append(
        CenterFaceNetwork(session: try open(CenterFaceNetwork.modelID), size: options.detectorSize))
    }
    if options.detectorModel != .centerface {
      networks.append(try BlazeFaceNetwork(session: try open(BlazeFaceNetwork.modelID)))
    }
    return FaceDetector(
      networks: networks, margin: options.detectorMargin, angles: options.detectorAngles,
      score: options.detectorScore)
  }

  public func landmarker(_ model: FaceLandmarkerModel = .faceMesh478) throws -> FaceMeshLandmarker {
    try FaceMeshLandmarker(session: try open(model.modelID), model: model)
  }

  public func recognizer() throws -> DlibRecognizer {
    try DlibRecognizer(session: try open(DlibRecognizer.modelID))
  }

  public func arcFaceRecognizer() throws -> ArcFaceRecognizer {
    try ArcFaceRecognizer(session: try open(ArcFaceRecognizer.modelID))
  }

  public func classifier() throws -> FairFaceClassifier {
    try FairFaceClassifier(session: try open(FairFaceClassifier.modelID))
  }

  public func occlusionMasker() throws -> OcclusionMasker {
    try OcclusionMasker(session: likenessOccluder())
  }

  /// On a processor the 8-bit copy of the network, which is faster there and gives the same mask; it is made at
  /// set-up, so where it is missing the network itself does the work.
  func likenessOccluder() throws -> InferenceSession {
    if runsOnProcessor {
      do {
        return try open(.likenessOccluderInt8)
      } catch let error as ModelStoreError where error.code == .modelMissing {}
    }
    return try open(.likenessOccluder)
  }

  /// For stills.
  ///
  /// - Parameter identifies: With the recogniser, for ``FaceAnalyser/embed(_:in:)``.
  public func analyser(_ options: FaceOptions, identifies: Bool = true) throws -> FaceAnalyser {
    FaceAnalyser(
      detector: try detector(options), landmarker: try landmarker(options.landmarkerModel),
      recognizer: identifies ? try recognizer() : nil, landmarkerScore: options.landmarkerScore)
  }

  /// For a video.
  ///
  /// - Parameter identifies: Every face comes with its identity, for mode `reference`.
  public func follower(_ options: FaceOptions, identifies: Bool = false) throws -> FaceFollower {
    FaceFollower(
      detector: try detector(options), landmarker: try landmarker(options.landmarkerModel),
      recognizer: identifies ? try recognizer() : nil, options: options, identifies: identifies)
  }

  private var runsOnProcessor: Bool {
    switch session.providers {
    case .auto: runtime.availableProviders.allSatisfy { $0 == .cpu }
    case .list(let providers): providers.allSatisfy { $0 == .cpu }
    }
  }

  /// The bytes of a model's file.
  public func load(_ id: ModelID) throws -> [UInt8] { try models.load(id) }

  /// A session of its own on a model's file.
  public func open(_ id: ModelID) throws -> InferenceSession {
    try InferenceSession(runtime: runtime, bytes: try models.load(id), name: id.rawValue, options: session)
  }
}

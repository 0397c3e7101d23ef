import Faces
import Imaging
import Inference
import ModelStore
import Processors

/// The networks of one run. They load side by side, each as soon as the runtime is open.
final class RunNetworks {
  /// What a mesh landmarker works with; frames of a video are followed with it.
  struct Mesh {
    let detector: any FaceDetecting
    let landmarker: any FaceLandmarking
  }

  let factory: FaceNetworks
  /// Nil with a published landmarker, whose faces are looked for in every frame afresh, and where nobody needs faces.
  let mesh: Mesh?
  /// Where the frames are put; nil where they stay on the host.
  let cards: RunCards?
  /// Who tells faces apart.
  let recognizerModel: FaceRecognizerModel
  private let options: RunOptions
  /// Keeps the occlusion network loaded until the workers have made theirs of it.
  private let masker: OcclusionMasker?

  /// - Parameter search: looks for cards to put frames on; nil = frames stay on the host.
  init(
    _ options: RunOptions, models: any ModelLoading, kept: KeptModels, log: ModelLog, cards search: CardSearch? = nil
  ) throws {
    self.options = options
    let runtime = try OnnxRuntime.open(options.values)
    let cards = try search?.cards(options, runtime: runtime, models: models)
    self.cards = cards
    let factory = FaceNetworks(
      runtime: runtime, models: models, session: options.session, card: cards?.networks
    ) { [strategy = options.memoryStrategy] session, use in
      log.add(session)
      kept.keep(session, use, strategy)
    }
    self.factory = factory
    recognizerModel = options.recognizer.resolved(
      landmarker: options.faces.landmarkerModel, needsArcFace: options.needs.contains(.arcFace))
    guard options.needsFaces, options.faces.landmarkerModel.isMesh else {
      (mesh, masker) = (nil, nil)
      return
    }
    let detector = Preparation("detector") { try factory.detector(options.faces) }
    let masker = options.needsOpenOccluder ? Preparation("occluder") { try factory.occlusionMasker() } : nil
    let landmarker = try factory.landmarker(options.faces.landmarkerModel)
    mesh = Mesh(detector: try detector.get(), landmarker: landmarker)
    self.masker = try masker?.get()
  }

  /// What finds the faces of single pictures, with their traits where wanted. With a published landmarker also their
  /// identity and, where a processor needs it, the mesh.
  func looker(traits: Bool, identity: Bool = false) throws -> any FaceLooking {
    guard options.needsFaces else { return NoFaces() }
    guard let mesh else { return try publishedLooker(traits: traits, identity: identity)() }
    let analyser = FaceAnalyser(
      detector: mesh.detector, landmarker: mesh.landmarker, recognizer: nil,
      landmarkerScore: options.faces.landmarkerScore)
    return MeshLooker(analyser: analyser, traits: traits ? TraitReader(try factory.classifier()) : nil)
  }

  /// Makes what one worker looks with; only with a published landmarker.
  func publishedLooker(traits: Bool, identity: Bool) -> @Sendable () throws -> any FaceLooking {
    guard options.needsFaces else { return { NoFaces() } }
    var detail: FaceDetail = []
    if traits { detail.insert(.traits) }
    if identity { detail.insert(.identity) }
    if options.needs.contains(.mesh) { detail.insert(.mesh) }
    return { [factory, detail, faces = options.faces, recognizerModel] in
      try factory.publishedAnalyser(faces, detail: detail, recognizer: recognizerModel)
    }
  }
}

extension PublishedFaceAnalyser: FaceLooking {}

/// For processors that have no use for faces.
final class NoFaces: FaceLooking {
  func faces(in frame: Frame) throws -> [Face] { [] }
}

/// Finds faces with their mesh in single pictures.
final class MeshLooker: FaceLooking {
  private let analyser: FaceAnalyser
  private let traits: TraitReader?

  init(analyser: FaceAnalyser, traits: TraitReader?) {
    self.analyser = analyser
    self.traits = traits
  }

  func faces(in frame: Frame) throws -> [Face] {
    var faces = try analyser.faces(in: frame)
    try traits?.read(&faces, in: frame)
    return faces
  }
}

/// Asks the classifier about faces; a face that is followed is asked about once.
final class TraitReader {
  private let classifier: FairFaceClassifier
  private var known: [Int: FaceTraits] = [:]

  init(_ classifier: FairFaceClassifier) { self.classifier = classifier }

  func read(_ faces: inout [Face], in frame: Frame) throws {
    guard !faces.isEmpty else { return }
    lazy var picture = frame.bgrPicture()
    for index in faces.indices where faces[index].traits == nil {
      if let track = faces[index].trackID, let traits = known[track] {
        faces[index].traits = traits
        continue
      }
      let traits = try classifier.traits(in: picture, landmarks5: faces[index].landmarks5From68)
      faces[index].traits = traits
      if let track = faces[index].trackID { known[track] = traits }
    }
  }
}

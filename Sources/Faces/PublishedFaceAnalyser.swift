public import Imaging

/// What a run wants to know of each face besides where it is. Nothing is loaded or run that is not wanted.
public struct FaceDetail: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Who it is.
  public static let identity = FaceDetail(rawValue: 1)
  /// Gender, age and race.
  public static let traits = FaceDetail(rawValue: 2)
  /// The mesh of 478 points.
  public static let mesh = FaceDetail(rawValue: 4)
}

/// Finds the faces of pictures, or of the frames of a video one by one, as the peer builds them (vision.md §9).
///
/// Each picture is looked at afresh; faces are not followed. Owned by one worker. Networks for identities, traits and
/// meshes are loaded when they are first asked.
public final class PublishedFaceAnalyser {
  private let detector: any FaceDetecting
  private let guesser: Fan68Landmarker
  private let landmarker: PublishedLandmarker?
  /// Score of a landmarker above which its points are used for alignment.
  private let landmarkerScore: Float
  private let detail: FaceDetail
  private let recognizer: Loaded<any FaceRecognizing>
  private let classifier: Loaded<FairFaceClassifier>
  private let mesher: Loaded<FaceAnalyser>

  /// - Parameters:
  ///   - detail: what ``faces(in:)-(Frame)`` and its relatives find out about every face.
  ///   - recognizer: `auto` counts as arcface.
  public init(
    networks: FaceNetworks, options: FaceOptions, detail: FaceDetail = [],
    recognizer: FaceRecognizerModel = .auto
  ) throws {
    let detector = try networks.detector(options)
    self.detector = detector
    self.detail = detail
    landmarkerScore = options.landmarkerScore
    guesser = try networks.guesser()
    landmarker = options.landmarkerScore > 0 ? try networks.publishedLandmarker(options.landmarkerModel) : nil
    self.recognizer = Loaded { try networks.recognizer(recognizer == .dlib ? .dlib : .arcFace) }
    classifier = Loaded { try networks.classifier() }
    mesher = Loaded {
      FaceAnalyser(
        detector: detector, landmarker: try networks.landmarker(options.landmarkerModel), recognizer: nil,
        landmarkerScore: FaceAnalyser.usualPresence)
    }
  }

  /// The faces of a frame, best detector score first.
  public func faces(in frame: Frame) throws -> [Face] { try faces(in: FaceView(frame)) }

  /// The faces of a B, G, R picture, best detector score first.
  public func faces(in picture: PixelBuffer8) throws -> [Face] { try faces(in: FaceView(picture)) }

  /// The same for a picture that was made of a frame.
  ///
  /// - Parameter given: the frame, for networks that look at frames; nil where there is none.
  public func faces(in picture: PixelBuffer8, of given: Frame?) throws -> [Face] {
    try faces(in: FaceView(picture, of: given))
  }

  private func faces(in view: FaceView) throws -> [Face] {
    lazy var frame = view.frame ?? PublishedFaceAnalyser.frame(of: view.picture)
    let finds =
      try (detector as? any PictureDetecting)?.detect(in: view) ?? detector.detect(in: frame)
    return try finds.map { find in
      var face = try face(for: find, in: view)
      if detail.contains(.identity) { try embed(&face, in: view) }
      if detail.contains(.traits) {
        face.traits = try classifier.get().traits(in: view, landmarks5: face.landmarks5From68)
      }
      if detail.contains(.mesh) { try layMesh(on: &face, in: frame) }
      return face
    }
  }

  /// A detector's find with its landmarks. `68` is the landmarker's answer whatever its score, as in the peer.
  public func face(for find: DetectedFace, in picture: PixelBuffer8) throws -> Face {
    try face(for: find, in: FaceView(picture))
  }

  private func face(for find: DetectedFace, in view: FaceView) throws -> Face {
    let guess = try guesser.landmarks68(from: find.points)
    let angle = FaceTopology.angle(of68: guess)
    var face = Face(
      box: find.box, detectorScore: find.score, landmarkerScore: 0, landmarks5: find.points,
      landmarks5From68: find.points, landmarks68: guess, landmarks68From5: guess, angle: angle)
    if let found = try landmarker?.landmarks(in: view, box: find.box, angle: angle) {
      face.landmarks68 = found.points
      face.landmarkerScore = found.score
      if found.score > landmarkerScore { face.landmarks5From68 = FaceTopology.landmarks5(from68: found.points) }
    }
    return face
  }

  /// Asks the recogniser who the face is.
  public func embed(_ face: inout Face, in picture: PixelBuffer8, of frame: Frame? = nil) throws {
    try embed(&face, in: FaceView(picture, of: frame))
  }

  private func embed(_ face: inout Face, in view: FaceView) throws {
    let recognizer = try recognizer.get()
    if let recognizer = recognizer as? any PictureRecognizing {
      face.embedding = try recognizer.embedding(in: view, landmarks5: face.landmarks5From68)
    } else {
      face.embedding = try recognizer.embedding(
        in: view.frame ?? PublishedFaceAnalyser.frame(of: view.picture), landmarks5: face.landmarks5From68)
    }
  }

  /// Asks the classifier about the face.
  public func classify(_ face: inout Face, in picture: PixelBuffer8) throws {
    face.traits = try classifier.get().traits(in: picture, landmarks5: face.landmarks5From68)
  }

  /// Lays the mesh on a face that has none; its other points stay. A find under which no face is seen keeps none.
  public func layMesh(on face: inout Face, in frame: Frame) throws {
    let find = DetectedFace(box: face.box, score: face.detectorScore, points: face.landmarks5From68)
    face.mesh = try mesher.get().face(for: find, in: frame)?.mesh ?? []
  }

  private static func frame(of picture: PixelBuffer8) -> Frame { Frame(picture.reversingChannels()) }
}

/// A network that is loaded when it is first asked for.
private final class Loaded<Network> {
  private let load: () throws -> Network
  private var network: Network?

  init(_ load: @escaping () throws -> Network) { self.load = load }

  func get() throws -> Network {
    if let network { return network }
    let loaded = try load()
    network = loaded
    return loaded
  }
}

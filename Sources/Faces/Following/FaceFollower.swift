public import Imaging

/// Follows the faces of a video: the mesh of one frame gives the crop of the next, the detector only looks at the
/// start, after a cut, when a face is lost, and every `detectInterval` frames.
///
/// Frames must be handed over in order. Owns its sessions; used by one worker at a time.
public final class FaceFollower {
  /// What was done, for reports and measurements.
  public struct Counters: Sendable, Equatable {
    public var frames = 0
    /// Frames in which the detector looked.
    public var looks = 0
    public var cuts = 0
    /// Faces that were lost without coming back at once.
    public var losses = 0
    /// Tracks given up because they had run onto another track's face.
    public var merges = 0
  }

  public private(set) var counters = Counters()
  private let detector: any FaceDetecting
  private let analyser: FaceAnalyser
  private let landmarker: any FaceLandmarking
  private let recognizer: (any FaceRecognizing)?
  private let identifies: Bool
  private let interval: Int
  private let presence: Float
  private var tracks: [FaceTrack] = []
  private var nextID = 0
  private var framesSinceLook = 0
  private var cuts = SceneCutDetector()

  /// How long a lost face is looked for before its number is given up, in frames.
  static let patience = 16
  /// Looks in a row without seeing a followed face after which it is given up, when its mesh is unsure or sure.
  static let unconfirmedLimit = (unsure: 2, sure: 8)
  /// Presence from which a mesh counts as sure.
  static let surePresence: Float = 0.9

  /// - Parameter identifies: Ask the recogniser about every track, for mode `reference`.
  public init(
    detector: any FaceDetecting, landmarker: any FaceLandmarking, recognizer: (any FaceRecognizing)? = nil,
    options: FaceOptions = FaceOptions(), identifies: Bool = false
  ) {
    self.detector = detector
    self.landmarker = landmarker
    self.recognizer = recognizer
    self.identifies = identifies
    interval = max(options.detectInterval, 1)
    // Following without any doubt would never let go of a face that has left.
    presence = max(options.landmarkerScore, 0.3)
    analyser = FaceAnalyser(
      detector: detector, landmarker: landmarker, recognizer: nil, landmarkerScore: max(options.landmarkerScore, 0.3))
  }

  /// Forgets everything, as at a jump in time. Track numbers go on counting.
  public func reset() {
    tracks.removeAll()
    framesSinceLook = 0
    cuts.reset()
  }

  /// Runs every network once on a black frame, so that the first real one does not pay for their preparations.
  public func warmUp(size: PixelSize, format: PixelFormat) throws {
    let frame = Frame(size: size, format: format)
    _ = try detector.detect(in: frame)
    let box = Box(x1: 0, y1: 0, x2: Float(size.width), y2: Float(size.height))
    let mesh = try landmarker.mesh(in: frame, crop: MeshCrop(DetectedFace(box: box, score: 0, points: [])))
    if identifies {
      _ = try recognizer?.embedding(in: frame, landmarks5: FaceTopology.landmarks5(of: mesh.points))
    }
  }

  /// The faces of the next frame, oldest track first.
  public func update(_ frame: Frame, index: Int) throws -> [Face] {
    counters.frames += 1
    let isCut = cuts.isCut(
      frame.lumaThumbnail(columns: SceneCutDetector.columns, rows: SceneCutDetector.rows))
    if isCut {
      counters.cuts += 1
      tracks.removeAll()
    }
    let someoneLost = try follow(in: frame)
    mergeDuplicates()
    framesSinceLook += 1
    if isCut || someoneLost || framesSinceLook >= interval { try look(at: frame) }
    dropTheLost()
    if identifies { try identify(in: frame) }
    return tracks.filter(\.isLive).map(FaceFollower.face)
  }

  private static func face(_ track: FaceTrack) -> Face {
    Face(
      box: track.box, detectorScore: track.detectorScore, landmarkerScore: track.mesh.presence,
      landmarks5: FaceTopology.landmarks5(of: track.steady), mesh: track.steady,
      embedding: track.identity.embedding, trackID: track.id, isFollowed: track.isFollowed)
  }

  // MARK: - One frame

  /// Moves every live track on; true when a look for a lost one is due.
  private func follow(in frame: Frame) throws -> Bool {
    var lookIsDue = false
    for index in tracks.indices {
      if tracks[index].isLive {
        let crop = tracks[index].nextCrop
        let mesh = crop.isUsable ? try landmarker.mesh(in: frame, crop: crop) : FaceMesh(points: [], presence: 0)
        if tracks[index].believes(mesh, presence: presence, in: frame.size) {
          tracks[index].advance(mesh, crop: crop)
          tracks[index].isFollowed = true
          continue
        }
      }
      tracks[index].lostFrames += 1
      // At once, then after 1, 2, 4, 8 more frames: a look costs as much as several meshes.
      lookIsDue = lookIsDue || tracks[index].lostFrames.nonzeroBitCount == 1
    }
    return lookIsDue
  }

  /// Two tracks on one face: the one that came there by a jump goes, of equals the younger.
  private func mergeDuplicates() {
    var gone: Set<Int> = []
    for (position, first) in tracks.enumerated() where first.isLive && !gone.contains(first.id) {
      for second in tracks[(position + 1)...] where second.isLive && !gone.contains(second.id) {
        guard first.box.overlap(second.box) > FaceAnalyser.sameFaceOverlap else { continue }
        gone.insert(first.surprise > second.surprise + 0.05 ? first.id : second.id)
      }
    }
    guard !gone.isEmpty else { return }
    counters.merges += gone.count
    // The loser's own face may be hidden for a moment: it stays on as a lost one.
    for index in tracks.indices where gone.contains(tracks[index].id) { tracks[index].lostFrames = 1 }
    framesSinceLook = interval
  }

  /// Asks the detector: confirms tracks, brings lost ones back, starts new ones.
  private func look(at frame: Frame) throws {
    counters.looks += 1
    framesSinceLook = 0
    var seen: Set<Int> = []
    for find in try detector.detect(in: frame) {
      if let index = tracks.firstIndex(where: { $0.isLive && $0.matches(find.box) }) {
        tracks[index].detectorScore = find.score
        seen.insert(tracks[index].id)
      } else if let id = try start(from: find, in: frame) {
        seen.insert(id)
      }
    }
    for index in tracks.indices where tracks[index].isLive {
      tracks[index].unconfirmedLooks = seen.contains(tracks[index].id) ? 0 : tracks[index].unconfirmedLooks + 1
    }
  }

  /// The track of a find that no live track owns: a lost one come back, or a new one; nil when no face is there.
  private func start(from find: DetectedFace, in frame: Frame) throws -> Int? {
    guard let face = try analyser.face(for: find, in: frame) else { return nil }
    let box = FaceTopology.box(of: face.mesh)
    if let twin = tracks.first(where: { $0.isLive && $0.box.overlap(box) > FaceAnalyser.sameFaceOverlap }) {
      return twin.id
    }
    let mesh = FaceMesh(points: face.mesh, presence: face.landmarkerScore)
    let crop = MeshCrop(mesh: face.mesh)
    if let index = tracks.firstIndex(where: { !$0.isLive && $0.mayReturn(as: box) }) {
      tracks[index].advance(mesh, crop: crop)
      tracks[index].isFollowed = false
      tracks[index].detectorScore = find.score
      return tracks[index].id
    }
    tracks.append(FaceTrack(id: nextID, mesh: mesh, crop: crop, detectorScore: find.score))
    nextID += 1
    return nextID - 1
  }

  /// Gives up lost faces that did not come back, and followed ones that the detector keeps denying.
  private func dropTheLost() {
    let before = tracks.count
    tracks.removeAll { track in
      let limit =
        track.mesh.presence < FaceFollower.surePresence
        ? FaceFollower.unconfirmedLimit.unsure : FaceFollower.unconfirmedLimit.sure
      return track.lostFrames > FaceFollower.patience || track.unconfirmedLooks >= limit
    }
    counters.losses += before - tracks.count
  }

  private func identify(in frame: Frame) throws {
    guard let recognizer else { return }
    for index in tracks.indices where tracks[index].isLive && tracks[index].identity.isDue() {
      let points = FaceTopology.landmarks5(of: tracks[index].mesh.points)
      tracks[index].identity.add(try recognizer.embedding(in: frame, landmarks5: points))
    }
  }
}

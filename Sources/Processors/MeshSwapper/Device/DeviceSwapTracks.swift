import Inference
import Synchronization

/// What lasts from frame to frame of a video, for every face that is followed, with light and masks on the card. Shared by
/// the workers of a run; ``advance(_:)`` must be called for one batch after the other.
public final class DeviceSwapTracks: Sendable {
  /// A face not seen for this long is forgotten.
  private static let memory = 2.0
  private let state = Mutex(State())

  private struct State {
    var tracks: [Int: DeviceTrack] = [:]
    /// By card.
    var cards: [Int: DeviceCard] = [:]

    mutating func advance(
      _ workspace: DeviceMeshSwapper.Workspace, _ card: DeviceCard, _ look: (Int) throws -> Void
    ) throws {
      var jobs = TrackJobs()
      for (number, face) in workspace.faces.enumerated() {
        let track = face.slot.trackID.map { tracks[$0] ?? DeviceTrack() } ?? DeviceTrack()
        if let id = face.slot.trackID { tracks[id] = track }
        try jobs.add(number, face, track, card, workspace, look)
      }
      let batch = try DeviceBatch(workspace, lights: jobs.lights, visibleMeans: jobs.visibleMeans)
      let kernels = workspace.swapper.kernels
      try batch.light(kernels, on: workspace.stream)
      try workspace.stream.wait(for: card.smoothed)
      try batch.smooth(kernels, on: workspace.stream)
      try card.smoothed.record(on: workspace.stream)
      workspace.batch = batch
      workspace.letGoOfMasks()
    }

    mutating func forget(before time: Double) {
      for (id, track) in tracks where track.course.lastTime < time {
        track.release()
        tracks[id] = nil
      }
    }
  }

  public init() {}

  /// Decides photo and form of every face in the workspace, works out its light and smooths it over time: puts that into
  /// the workspace's stream, behind the same step of the batch before.
  ///
  /// Faces without a track number are treated as seen for the first time.
  /// - Parameter look: called with the number of a face that was to be carried and cannot be; applies its masks.
  /// - Throws: what memory of the card throws. Then the faces have not been worked on.
  public func advance(
    _ workspace: DeviceMeshSwapper.Workspace, look: (Int) throws -> Void = { _ in }
  ) throws {
    guard workspace.faceCount > 0 else { return }
    try state.withLock { state in
      let ordinal = workspace.swapper.context.device.ordinal
      let card = try state.cards[ordinal] ?? DeviceCard(on: workspace.swapper.context)
      state.cards[ordinal] = card
      card.begin()
      do {
        try state.advance(workspace, card, look)
      } catch {
        // What was to be smoothed may be missing: light and masks start afresh.
        for track in state.tracks.values { track.release() }
        throw error
      }
      state.forget(before: (workspace.faces.last?.time ?? 0) - DeviceSwapTracks.memory)
    }
  }

  /// Forgets all faces: a scene cut or a new target.
  public func reset() {
    state.withLock { state in
      for track in state.tracks.values { track.release() }
      state.tracks.removeAll()
    }
  }
}

/// The lights and masks of a batch with their places among those of their tracks.
private struct TrackJobs {
  var lights: [DeviceBatch.LightJob] = []
  var visibleMeans: [UInt64?] = []
  /// The last light of a track's photo, the last face of a track, so far.
  private var lastLights: [LightKey: Int] = [:]
  private var lastFaces: [ObjectIdentifier: DeviceFace] = [:]

  private struct LightKey: Hashable {
    let track: ObjectIdentifier
    let photo: Int
  }

  /// How much of the face's light and masks counts: nothing while it is carried.
  private func share(
    _ number: Int, _ face: DeviceFace, _ track: DeviceTrack, _ look: (Int) throws -> Void
  ) throws -> Float {
    if face.slot.isCarried {
      if track.course.mayCarry(at: face.time), track.knows(face.slot.choice) { return 0 }
      face.slot.isCarried = false
      try look(number)
    }
    return track.course.look(at: face.time)
  }

  mutating func add(
    _ number: Int, _ face: DeviceFace, _ track: DeviceTrack, _ card: DeviceCard,
    _ workspace: DeviceMeshSwapper.Workspace, _ look: (Int) throws -> Void
  ) throws {
    let swapper = workspace.swapper.swapper
    track.course.move(face.slot, swapper: swapper, time: face.time)
    let share = try share(number, face, track, look)
    face.place(keepsEyes: swapper.options.eyes == .target, topology: swapper.topology)
    let isKept = face.slot.trackID != nil
    if isKept { try track.settle(on: card) }
    for photo in [face.slot.choice.photo, face.slot.choice.previous].compactMap({ $0 }) {
      var job = DeviceBatch.LightJob(face: number, photo: photo)
      job.link.share = share
      if isKept {
        let (mean, isNew) = try track.light(photo)
        (job.mean, job.link.isFirst) = (mean, isNew)
        let key = LightKey(track: ObjectIdentifier(track), photo: photo)
        if let last = lastLights[key] {
          lights[last].link.next = lights.count
          job.link.isHead = false
        }
        lastLights[key] = lights.count
      }
      lights.append(job)
    }
    track.keepLights(of: face.slot.choice)
    face.link.share = share
    guard isKept else { return visibleMeans.append(nil) }
    let (mean, isNew) = try track.visible()
    visibleMeans.append(mean)
    face.link.isFirst = isNew
    if let last = lastFaces[ObjectIdentifier(track)] {
      last.link.next = number
      face.link.isHead = false
    }
    lastFaces[ObjectIdentifier(track)] = face
  }
}

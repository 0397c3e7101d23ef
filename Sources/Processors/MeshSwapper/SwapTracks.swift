import Synchronization

/// What lasts from frame to frame of a video, for every face that is followed. Shared by the workers of a run;
/// ``advance(_:swapper:time:)`` must be called for one frame after the other.
public final class SwapTracks: Sendable {
  /// A face not seen for this long is forgotten.
  private static let memory = 2.0
  private let tracks = Mutex<[Int: FaceTrack]>([:])

  public init() {}

  /// Decides photo and form of every face in the workspace, works out its light and smooths it over time.
  ///
  /// Faces without a track number are treated as seen for the first time.
  /// - Parameter time: seconds on the target's clock.
  public func advance(_ workspace: MeshSwapper.Workspace, swapper: MeshSwapper, time: Double) {
    advance(workspace, swapper: swapper, time: time) { _ in }
  }

  /// The same for faces that may be carried.
  ///
  /// - Parameter look: called with the number of a face that cannot be carried; reads its pixels
  ///   (``MeshSwapper/look(at:face:workspace:)``) and applies its masks.
  public func advance<Failure: Error>(
    _ workspace: MeshSwapper.Workspace, swapper: MeshSwapper, time: Double, look: (Int) throws(Failure) -> Void
  ) throws(Failure) {
    try tracks.withLock { (tracks) throws(Failure) in
      for face in 0..<workspace.faceCount {
        let slot = workspace.slot(face)
        let track = slot.trackID.map { tracks[$0] ?? FaceTrack() } ?? FaceTrack()
        try track.advance(slot, light: workspace.light, swapper: swapper, time: time) { () throws(Failure) in
          try look(face)
        }
        if let id = slot.trackID, tracks[id] == nil { tracks[id] = track }
      }
      if tracks.contains(where: { time - $0.value.lastTime > SwapTracks.memory }) {
        tracks = tracks.filter { time - $0.value.lastTime <= SwapTracks.memory }
      }
    }
  }

  /// Forgets all faces: a scene cut or a new target.
  public func reset() { tracks.withLock { $0.removeAll() } }
}

public import Faces

/// The processor `face_swapper` with `likeness_mesh`: the mesh swapper with its masks, put together for a run.
public struct FaceSwapper: FrameProcessorPlan {
  public let name = "face_swapper"
  private let swapper: MeshSwapper
  private let tracks = SwapTracks()
  private let masks: FaceMaskOptions
  private let networks: FaceNetworks
  private let interval: Int

  /// - Parameter interval: `--face-swapper-interval`, at least 1: frames from one look at a followed face's light and masks
  ///   to the next.
  /// - Throws: ``ProcessorsError`` for options out of range or a missing resource.
  public init(
    sources: SourceSet, options: SwapOptions, masks: FaceMaskOptions, interval: Int = 1, networks: FaceNetworks
  ) throws {
    guard interval >= 1 else {
      throw ProcessorsError(.option, "The face swapper's interval \(interval) is below 1.")
    }
    swapper = try MeshSwapper(sources: sources, options: options)
    self.masks = masks
    self.networks = networks
    self.interval = interval
  }

  public func makeWorker() throws -> any FrameProcessing {
    FaceSwapperWorker(
      swapper: swapper, tracks: tracks, masks: try WindowMasks(options: masks, networks: networks), interval: interval)
  }
}

/// The swapper in one worker.
private final class FaceSwapperWorker: FrameProcessing {
  private let swapper: MeshSwapper
  private let tracks: SwapTracks
  private let masks: WindowMasks
  private let interval: Int
  private let workspace = MeshSwapper.Workspace()
  /// The faces in the workspace.
  private var placed: [Face] = []
  private(set) var timings = StageTimings()

  init(swapper: MeshSwapper, tracks: SwapTracks, masks: WindowMasks, interval: Int) {
    self.swapper = swapper
    self.tracks = tracks
    self.masks = masks
    self.interval = interval
  }

  /// Decided by the frame's number alone, so that it is the same however many workers there are.
  private func isCarried(_ face: Face, _ index: Int) -> Bool {
    face.trackID != nil && face.isFollowed && index % interval != 0
  }

  func prepare(_ input: FaceFrame) throws {
    swapper.begin(workspace)
    placed.removeAll(keepingCapacity: true)
    for face in input.chosen {
      let isCarried = isCarried(face, input.index)
      do {
        try timings.measure(.swapPrepare) {
          try swapper.add(
            face.mesh, trackID: face.trackID, frame: input.frame, isCarried: isCarried, workspace: workspace)
        }
      } catch let error as ProcessorsError where error.code == .mesh {
        // One face that cannot be used, at the edge of a frame for instance, is no reason to give the others up.
        continue
      }
      placed.append(face)
      guard !isCarried else { continue }
      try timings.measure(.mask) {
        try masks.apply(to: workspace, number: workspace.faceCount - 1, face: face, frame: input.frame)
      }
    }
  }

  func advance(_ input: FaceFrame) throws {
    guard workspace.faceCount > 0 else { return }
    try timings.measure(.swapAdvance) {
      try tracks.advance(workspace, swapper: swapper, time: input.time) { face in
        swapper.look(at: input.frame, face: face, workspace: workspace)
        try masks.apply(to: workspace, number: face, face: placed[face], frame: input.frame)
      }
    }
  }

  func finish(_ input: FaceFrame) throws -> Int {
    timings.measure(.swapFinish) { swapper.finish(input.frame, workspace: workspace) }
    return workspace.faceCount
  }
}

public import Faces

/// The processor `face_swapper` with `likeness_mesh`: the mesh swapper with its masks, put together for a run.
public struct FaceSwapper: FrameProcessorPlan {
  public let name = "face_swapper"
  private let swapper: MeshSwapper
  private let tracks = SwapTracks()
  private let masks: FaceMaskOptions
  private let networks: FaceNetworks

  /// - Throws: ``ProcessorsError`` for options out of range or a missing resource.
  public init(sources: SourceSet, options: SwapOptions, masks: FaceMaskOptions, networks: FaceNetworks) throws {
    swapper = try MeshSwapper(sources: sources, options: options)
    self.masks = masks
    self.networks = networks
  }

  public func makeWorker() throws -> any FrameProcessing {
    FaceSwapperWorker(swapper: swapper, tracks: tracks, masks: try WindowMasks(options: masks, networks: networks))
  }
}

/// The swapper in one worker.
private final class FaceSwapperWorker: FrameProcessing {
  private let swapper: MeshSwapper
  private let tracks: SwapTracks
  private let masks: WindowMasks
  private let workspace = MeshSwapper.Workspace()
  private(set) var timings = StageTimings()

  init(swapper: MeshSwapper, tracks: SwapTracks, masks: WindowMasks) {
    self.swapper = swapper
    self.tracks = tracks
    self.masks = masks
  }

  func prepare(_ input: FaceFrame) throws {
    swapper.begin(workspace)
    for face in input.chosen {
      do {
        try timings.measure(.swapPrepare) {
          try swapper.add(face.mesh, trackID: face.trackID, frame: input.frame, workspace: workspace)
        }
      } catch let error as ProcessorsError where error.code == .mesh {
        // One face that cannot be used, at the edge of a frame for instance, is no reason to give the others up.
        continue
      }
      try timings.measure(.mask) {
        try masks.apply(to: workspace, number: workspace.faceCount - 1, face: face, frame: input.frame)
      }
    }
  }

  func advance(_ input: FaceFrame) throws {
    guard workspace.faceCount > 0 else { return }
    timings.measure(.swapAdvance) { tracks.advance(workspace, swapper: swapper, time: input.time) }
  }

  func finish(_ input: FaceFrame) throws -> Int {
    timings.measure(.swapFinish) { swapper.finish(input.frame, workspace: workspace) }
    return workspace.faceCount
  }
}

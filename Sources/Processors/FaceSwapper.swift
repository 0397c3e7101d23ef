import DeviceImaging
public import Faces
import Imaging
import Inference

/// The processor `face_swapper` with `likeness_mesh`: the mesh swapper with its masks, put together for a run.
public struct FaceSwapper: FrameProcessorPlan {
  public let name = "face_swapper"
  private let swapper: MeshSwapper
  private let tracks = SwapTracks()
  private let cards: DeviceSwapCards
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
    cards = DeviceSwapCards(swapper)
    self.masks = masks
    self.networks = networks
    self.interval = interval
  }

  public func makeWorker() throws -> any FrameProcessing {
    FaceSwapperWorker(
      swapper: swapper, tracks: tracks, cards: cards, masks: try WindowMasks(options: masks, networks: networks),
      interval: interval)
  }
}

/// The swapper in one worker.
final class FaceSwapperWorker: DeviceFrameProcessing {
  private let swapper: MeshSwapper
  private let tracks: SwapTracks
  private let cards: DeviceSwapCards
  private let masks: WindowMasks
  private let interval: Int
  private let workspace = MeshSwapper.Workspace()
  /// The faces in the workspace.
  private var placed: [Face] = []
  /// Set while the worker has a card.
  private var steps: DeviceSwapSteps?
  private(set) var timings = StageTimings()

  fileprivate init(
    swapper: MeshSwapper, tracks: SwapTracks, cards: DeviceSwapCards, masks: WindowMasks, interval: Int
  ) {
    self.swapper = swapper
    self.tracks = tracks
    self.cards = cards
    self.masks = masks
    self.interval = interval
  }

  /// Decided by the frame's number alone, so that it is the same however many workers there are.
  private func isCarried(_ face: Face, _ index: Int) -> Bool {
    face.trackID != nil && face.isFollowed && index % interval != 0
  }

  func use(_ stream: CUDAStream?, compiler: () throws -> KernelCompiler, cacheFolder: String?) throws {
    guard let stream else {
      steps = nil
      return
    }
    let swapper = try cards.swapper(on: stream.context, compiler: compiler, cacheFolder: cacheFolder)
    steps = try DeviceSwapSteps(swapper, tracks: cards.tracks, on: stream)
  }

  /// The frame on the card and the steps there, when both exist.
  private func device(_ input: FaceFrame) -> (steps: DeviceSwapSteps, frame: DeviceFrame)? {
    guard let steps, let frame = input.frame.device as? DeviceFrame else { return nil }
    return (steps, frame)
  }

  func prepare(_ input: FaceFrame) throws {
    if let device = device(input) {
      return try device.steps.prepare(input, device.frame, masks: masks, timings: &timings) {
        isCarried($0, input.index)
      }
    }
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
    if let device = device(input) {
      return try timings.measure(.swapAdvance) { try device.steps.advance(input, masks: masks) }
    }
    guard workspace.faceCount > 0 else { return }
    try timings.measure(.swapAdvance) {
      try tracks.advance(workspace, swapper: swapper, time: input.time) { face in
        swapper.look(at: input.frame, face: face, workspace: workspace)
        try masks.apply(to: workspace, number: face, face: placed[face], frame: input.frame)
      }
    }
  }

  func finish(_ input: FaceFrame) throws -> Int {
    if let device = device(input) {
      return try timings.measure(.swapFinish) { try device.steps.finish(input, device.frame) }
    }
    timings.measure(.swapFinish) { swapper.finish(input.frame, workspace: workspace) }
    return workspace.faceCount
  }
}

import DeviceImaging
import Faces
import Imaging
public import Inference
import Synchronization

/// A processor that can work on frames that are on a card.
public protocol DeviceFrameProcessing: FrameProcessing {
  /// Tells the worker its stream, once, before the first frame: what is slow is done here (kernels are compiled, source
  /// photos carried over). From then on a frame whose `device` is a `DeviceFrame` is worked on there; the frame's samples
  /// must come onto the card by the same stream, or have come. nil = all frames are worked on by the processor.
  ///
  /// - Parameters:
  ///   - compiler: opened when kernels have to be compiled.
  ///   - cacheFolder: of compiled kernels; nil = the one in Likeness' home.
  /// - Throws: what the card or the compiler refuses; then the worker goes on as before.
  func use(_ stream: CUDAStream?, compiler: () throws -> KernelCompiler, cacheFolder: String?) throws
}

/// The mesh swapper on the cards of a run: one for each, made when a worker first asks.
final class DeviceSwapCards: Sendable {
  let tracks = DeviceSwapTracks()
  private let swapper: MeshSwapper
  private let cards = Mutex<[Int: DeviceMeshSwapper]>([:])

  init(_ swapper: MeshSwapper) { self.swapper = swapper }

  func swapper(
    on context: CUDAContext, compiler: () throws -> KernelCompiler, cacheFolder: String?
  ) throws -> DeviceMeshSwapper {
    try cards.withLock { cards in
      if let known = cards[context.device.ordinal] { return known }
      let made = try DeviceMeshSwapper(swapper, on: context, compiler: compiler, cacheFolder: cacheFolder)
      cards[context.device.ordinal] = made
      return made
    }
  }
}

/// The three steps of the face swapper for frames on a card.
final class DeviceSwapSteps {
  private let tracks: DeviceSwapTracks
  private let swapper: DeviceMeshSwapper
  private let stream: CUDAStream
  private let workspace: DeviceMeshSwapper.Workspace
  /// The faces in the workspace.
  private var placed: [Face] = []

  init(_ swapper: DeviceMeshSwapper, tracks: DeviceSwapTracks, on stream: CUDAStream) throws {
    (self.swapper, self.tracks, self.stream) = (swapper, tracks, stream)
    workspace = try DeviceMeshSwapper.Workspace(swapper, on: stream)
  }

  /// - Parameter isCarried: whether light and masks of a face are to be those of the frame before.
  func prepare(
    _ input: FaceFrame, _ frame: DeviceFrame, masks: WindowMasks, timings: inout StageTimings,
    isCarried: (Face) -> Bool
  ) throws {
    try frame.wait(on: stream)
    swapper.begin(workspace)
    placed.removeAll(keepingCapacity: true)
    for face in input.chosen {
      let isCarried = isCarried(face)
      do {
        try timings.measure(.swapPrepare) {
          try swapper.add(
            face.mesh, trackID: face.trackID, time: input.time, frame: frame, isCarried: isCarried,
            workspace: workspace)
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
    try timings.measure(.mask) {
      for number in placed.indices { try masks.settle(workspace, number: number, frame: input.frame) }
    }
  }

  func advance(_ input: FaceFrame, masks: WindowMasks) throws {
    try tracks.advance(workspace) { number in
      try masks.apply(to: workspace, number: number, face: placed[number], frame: input.frame)
      try masks.settle(workspace, number: number, frame: input.frame)
    }
  }

  /// Paints, and books what has changed.
  func finish(_ input: FaceFrame, _ frame: DeviceFrame) throws -> Int {
    guard workspace.faceCount > 0 else { return 0 }
    try swapper.finish(workspace)
    try frame.markWritten(on: stream)
    for change in workspace.changes { input.frame.noteDeviceChange(in: change) }
    return workspace.faceCount
  }
}

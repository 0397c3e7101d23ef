public import Faces
public import Imaging

/// The processor `face_swapper`: the mesh swapper with its masks, put together for a run.
public struct FaceSwapper: FrameProcessorPlan {
  public let name = "face_swapper"
  private let swapper: MeshSwapper
  private let tracks = SwapTracks()
  private let masks: FaceSwapperMasks
  private let networks: FaceNetworks

  /// - Throws: ``ProcessorsError`` for options out of range or a missing resource.
  public init(sources: SourceSet, options: SwapOptions, masks: FaceSwapperMasks, networks: FaceNetworks) throws {
    swapper = try MeshSwapper(sources: sources, options: options)
    self.masks = masks
    self.networks = networks
  }

  public func makeWorker() throws -> any FrameProcessing {
    FaceSwapperWorker(
      swapper: swapper, tracks: tracks, box: masks.boxMask(),
      masker: masks.usesOcclusion ? try networks.occlusionMasker() : nil)
  }
}

/// Which masks are multiplied into the swapper's own edge.
public struct FaceSwapperMasks: Sendable, Equatable {
  /// What covers the face is kept.
  public var usesOcclusion: Bool
  /// The box mask; nil = none.
  public var box: Box?

  public struct Box: Sendable, Equatable {
    /// Softness, 0…1.
    public var blur: Double
    public var padding: MaskPadding

    public init(blur: Double, padding: MaskPadding) {
      self.blur = blur
      self.padding = padding
    }
  }

  public init(usesOcclusion: Bool, box: Box?) {
    self.usesOcclusion = usesOcclusion
    self.box = box
  }

  /// The box mask on the window's 112 units.
  fileprivate func boxMask() -> PixelBufferF? {
    box.map { Imaging.boxMask(size: 112, blur: $0.blur, padding: $0.padding) }
  }
}

/// The swapper in one worker.
private final class FaceSwapperWorker: FrameProcessing {
  private let swapper: MeshSwapper
  private let tracks: SwapTracks
  private let box: PixelBufferF?
  private let masker: OcclusionMasker?
  private let workspace = MeshSwapper.Workspace()
  private var visible = PixelBufferF(
    size: PixelSize(width: OcclusionMasker.side, height: OcclusionMasker.side), channels: 1, repeating: 1)
  private(set) var timings = StageTimings()

  init(swapper: MeshSwapper, tracks: SwapTracks, box: PixelBufferF?, masker: OcclusionMasker?) {
    self.swapper = swapper
    self.tracks = tracks
    self.box = box
    self.masker = masker
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
      let number = workspace.faceCount - 1
      if let box { workspace.apply(mask: box, face: number) }
      if let masker { try timings.measure(.mask) { try applyOcclusion(masker, input, number) } }
    }
  }

  /// The network's answer is spread so that "rather not" is nothing and "rather yes" is all.
  private func applyOcclusion(_ masker: OcclusionMasker, _ input: FaceFrame, _ face: Int) throws {
    let transform = workspace.windowTransform(face: face, side: OcclusionMasker.side)
    try visible.samples.withUnsafeMutableBufferPointer { values in
      try masker.visible(in: input.frame, transform: transform, into: values)
      for index in values.indices { values[index] = min(max((values[index] - 0.25) * 2, 0), 1) }
    }
    workspace.apply(mask: visible, face: face)
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

public import Imaging

/// Carries a source face's own pixels into target faces (`likeness_mesh`). One value serves all workers of a run; what
/// a worker needs for itself is its ``Workspace``.
///
/// Per frame, in this order:
/// 1. ``begin(_:)``, then for each face ``add(_:trackID:frame:workspace:)`` and, if there are masks,
///    ``Workspace/apply(mask:face:)``; any worker, any order of frames.
/// 2. ``SwapTracks/advance(_:swapper:time:)``: one frame after the other, in order.
/// 3. ``finish(_:workspace:)``; any worker, any order.
public final class MeshSwapper: Sendable {
  public let sources: SourceSet
  public let options: SwapOptions
  package let topology: SwapTopology

  /// - Throws: ``ProcessorsError`` for options out of range or a missing resource.
  public init(sources: SourceSet, options: SwapOptions) throws {
    self.sources = sources
    self.options = try options.checked()
    topology = try SwapTopology.shared.get()
  }

  /// One worker's memory: the faces of the frame in hand and all buffers. Grows to the largest faces met, then stays.
  public final class Workspace: MaskedFaces {
    private var slots: [FaceSlot] = []
    /// Faces of the frame in hand.
    public fileprivate(set) var faceCount = 0
    package let light = LightStage()
    fileprivate let reduction = FrameReduction()
    package let render = FaceRender()

    public init() {}

    package func slot(_ face: Int) -> FaceSlot { slots[face] }

    fileprivate func nextSlot() -> FaceSlot {
      if faceCount == slots.count { slots.append(FaceSlot()) }
      return slots[faceCount]
    }

    /// Frame → the face's window at `side` pixels: what the occlusion network is shown.
    public func windowTransform(face: Int, side: Int) -> AffineTransform {
      slots[face].window.transform(side: side)
    }

    /// Multiplies what may be pasted by a mask of the face's window, 0 (keep the frame) … 1, of any size.
    public func apply(mask: PixelBufferF, face: Int) {
      slots[face].apply(mask)
    }
  }

  /// Forgets the faces of the frame before.
  public func begin(_ workspace: Workspace) { workspace.faceCount = 0 }

  /// Takes in one face of a frame: its window and, unless it is carried, its pixels.
  ///
  /// - Parameters:
  ///   - mesh: 478 points in frame pixels.
  ///   - trackID: the face's number in the video; nil for a still.
  ///   - isCarried: light and masks are to be those that the face had in the frame before. Masks are not applied then.
  /// - Throws: ``ProcessorsError`` (`mesh`) when the mesh cannot be used; the workspace is as before.
  public func add(
    _ mesh: [Point3], trackID: Int?, frame: Frame, isCarried: Bool = false, workspace: Workspace
  ) throws {
    let fit = try MeshCheck.fit(mesh, topology: topology, name: "the target")
    let slot = workspace.nextSlot()
    slot.take(mesh, fit: fit, trackID: trackID, topology: topology)
    slot.isCarried = isCarried
    workspace.faceCount += 1
    if !isCarried { look(at: frame, face: workspace.faceCount - 1, workspace: workspace) }
  }

  /// Reads the pixels of a face that was to be carried and cannot be. Masks are applied after it.
  public func look(at frame: Frame, face: Int, workspace: Workspace) {
    let slot = workspace.slot(face)
    slot.isCarried = false
    slot.sample(frame, reduction: workspace.reduction, topology: topology)
    slot.clearMask()
  }

  /// Paints the new faces into the frame, one after the other.
  public func finish(_ frame: Frame, workspace: Workspace) {
    for face in 0..<workspace.faceCount {
      let slot = workspace.slot(face)
      workspace.render.paint(
        slot, sources: sources, keepsEyes: options.eyes == .target, soft: workspace.light.softMask(slot),
        topology: topology, into: frame)
    }
  }
}

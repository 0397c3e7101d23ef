public import DeviceImaging
public import Imaging
public import Inference

/// The mesh swapper on a card: what ``MeshSwapper`` does, within one code value, with the frames' planes on the card. One
/// value serves all workers that use the card; what a worker needs for itself is its ``Workspace``.
///
/// For a batch of faces, of one frame or of several, in this order:
/// 1. ``begin(_:)``, then for each face ``add(_:trackID:time:frame:workspace:)`` and, if there are masks,
///    ``Workspace/apply(mask:face:)``; any worker, any order of frames.
/// 2. ``DeviceSwapTracks/advance(_:)``: one batch after the other, in the order of the frames.
/// 3. ``finish(_:)``; any worker, any order.
///
/// Each kernel is launched once for all faces of the batch. Nothing is waited for, and nothing comes back from the card:
/// the tracks' smoothed light stays there. One block of parameters (about 31 KB a face; 50 KB more with masks of the host) goes up.
public final class DeviceMeshSwapper: Sendable {
  public let swapper: MeshSwapper
  public let context: CUDAContext
  let kernels: MeshKernels
  let sources: DeviceSources

  /// Compiles the kernels, unless that has been done before, and puts the source photos onto the card.
  ///
  /// - Throws: what ``KernelLibrary`` and memory of the card throw.
  public init(
    _ swapper: MeshSwapper, on context: CUDAContext, compiler: () throws -> KernelCompiler = KernelCompiler.open,
    cacheFolder: String? = nil
  ) throws {
    self.swapper = swapper
    self.context = context
    kernels = try MeshKernels(on: context, compiler: compiler, cacheFolder: cacheFolder)
    sources = try DeviceSources(swapper.sources, topology: swapper.topology, on: context)
  }

  /// One worker's memory: the faces of the batch in hand and all buffers. Grows to the largest batch met, then stays.
  public final class Workspace: MaskedFaces {
    let swapper: DeviceMeshSwapper
    let stream: CUDAStream
    private var slots: [DeviceFace] = []
    /// Faces of the batch in hand.
    public fileprivate(set) var faceCount = 0
    /// Filled by the host, and not.
    let filled, scratch: DeviceArena
    /// The mask that all faces have.
    private var constant: DeviceMemory?
    /// What ``DeviceMeshSwapper/finish(_:)`` launches.
    var batch: DeviceBatch?

    /// - Parameter stream: what the worker's kernels run on, behind what puts the frames onto the card.
    public init(_ swapper: DeviceMeshSwapper, on stream: CUDAStream) throws {
      self.swapper = swapper
      self.stream = stream
      filled = try DeviceArena(on: stream, isFilled: true)
      scratch = try DeviceArena(on: stream, isFilled: false)
    }

    var faces: ArraySlice<DeviceFace> { slots[0..<faceCount] }

    func face(_ number: Int) -> DeviceFace { slots[number] }

    fileprivate func nextFace() -> DeviceFace {
      if faceCount == slots.count { slots.append(DeviceFace()) }
      return slots[faceCount]
    }

    /// What of the frame may have changed after ``DeviceMeshSwapper/finish(_:)``, by face.
    public var changes: [PixelRectangle] { faces.map(\.area) }

    public func windowTransform(face: Int, side: Int) -> AffineTransform {
      slots[face].slot.window.transform(side: side)
    }

    public func apply(mask: PixelBufferF, face: Int) {
      slots[face].slot.apply(mask)
      slots[face].masks.hasHost = true
    }

    public func apply(constant mask: PixelBufferF, face: Int) throws {
      guard mask.width == NetSamples.side, mask.height == NetSamples.side, mask.channels == 1 else {
        return apply(mask: mask, face: face)
      }
      let memory = try constant ?? stream.makeMemory(mask.samples)
      constant = memory
      slots[face].masks.constant = memory.address
    }

    /// Multiplies what may be pasted by a mask that lies on the card, and stays there until
    /// ``DeviceSwapTracks/advance(_:look:)`` has put its work into the stream. One a face; another takes its place.
    func apply(cardMask: DeviceFaceMasks.CardMask, face: Int) {
      slots[face].masks.card = cardMask
    }

    /// The same with the first output of a network, without waiting for it.
    func apply(answer: DeviceAnswer, size: PixelSize, low: Float, range: Float, face: Int) throws {
      guard let output = answer.card.first.flatMap({ $0 }), output.bytes.count == size.area * 4 else {
        throw ProcessorsError(.shape, "A network's mask is not \(size.width) x \(size.height) numbers on the card.")
      }
      try answer.wait(on: stream)
      apply(cardMask: .init(bytes: output.bytes, size: size, low: low, range: range, answer: answer), face: face)
    }

    /// Whether the numbers of a mask on the card are numbers; true without one. Waits for the network.
    func hasFiniteAnswer(face: Int) throws -> Bool { try slots[face].masks.card?.answer?.isFinite() ?? true }

    /// All that reads the masks of the card is in the stream.
    func letGoOfMasks() {
      for face in faces { face.masks.card?.answer = nil }
    }
  }

  /// Forgets the faces of the batch before.
  public func begin(_ workspace: Workspace) {
    for face in workspace.faces { face.end() }
    workspace.faceCount = 0
    workspace.batch = nil
  }

  /// Takes in one face of a frame on the card. Frames come in the order of time; faces of a frame follow each other.
  ///
  /// - Parameters:
  ///   - mesh: 478 points in frame pixels.
  ///   - trackID: the face's number in the video; nil for a still.
  ///   - time: seconds on the target's clock.
  ///   - isCarried: light and masks are to be those that the face had in the frame before. Masks are not applied then.
  /// - Throws: ``ProcessorsError`` (`mesh`) when the mesh cannot be used; the workspace is as before.
  public func add(
    _ mesh: [Point3], trackID: Int?, time: Double = 0, frame: DeviceFrame, isCarried: Bool = false,
    workspace: Workspace
  ) throws {
    let fit = try MeshCheck.fit(mesh, topology: swapper.topology, name: "the target")
    let face = workspace.nextFace()
    face.begin(frame, time: time)
    face.slot.take(mesh, fit: fit, trackID: trackID, topology: swapper.topology)
    face.slot.isCarried = isCarried
    workspace.faceCount += 1
  }

  /// Paints the new faces into their frames: puts that into the stream. Faces of a frame that meet are painted one after
  /// the other.
  public func finish(_ workspace: Workspace) throws {
    try workspace.batch?.paint(kernels, on: workspace.stream)
  }
}

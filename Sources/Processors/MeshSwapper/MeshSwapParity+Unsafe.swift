import Imaging

/// One swap of a ready window with its steps in between, for holding the kernels against the golden cases
/// (group `mesh_swap`). It runs what a frame's face goes through between cutting the window and pasting it.
public enum MeshSwapParity {
  /// All arrays are row-major, points are x, y, z.
  public struct Inputs: Sendable {
    /// side × side × 3, R, G, B.
    public var target: [UInt8]
    public var side: Int
    /// 478 × 3, pixels of the window.
    public var mesh: [Float]
    /// height × width × 3, R, G, B.
    public var source: [UInt8]
    public var sourceWidth: Int
    public var sourceHeight: Int
    /// 478 × 3, pixels of the source.
    public var sourceMesh: [Float]
    /// 112 × 112, what masks leave; nil = everything.
    public var visible: [Float]?
    /// Option `face_swapper_weight`.
    public var weight: Float
    /// Option `face_swapper_eyes`.
    public var eyes: SwapOptions.Eyes

    public init(
      target: [UInt8], side: Int, mesh: [Float], source: [UInt8], sourceWidth: Int, sourceHeight: Int,
      sourceMesh: [Float], visible: [Float]? = nil, weight: Float = 0.5, eyes: SwapOptions.Eyes = .source
    ) {
      self.target = target
      self.side = side
      self.mesh = mesh
      self.source = source
      self.sourceWidth = sourceWidth
      self.sourceHeight = sourceHeight
      self.sourceMesh = sourceMesh
      self.visible = visible
      self.weight = weight
      self.eyes = eyes
    }
  }

  public struct Outputs: Sendable, Equatable {
    /// 478 × 3: the target's mesh moved towards the source's form.
    public var formed: [Float] = []
    /// side × side: triangle in front, −1 outside.
    public var ids: [Int16] = []
    /// 28 × 28 × 3 log gains of the photo and of its mirror image.
    public var gains: [Float] = []
    public var gainsMirrored: [Float] = []
    /// 112 × 112.
    public var keep: [Float] = []
    public var edge: [Float] = []
    /// side × side: what is pasted.
    public var mask: [Float] = []
    /// side × side × 3, rounded.
    public var result: [UInt8] = []
  }

  /// - Throws: ``ProcessorsError`` (`shape`) when an array has not the promised length, (`option`) for a weight outside
  ///   0…1, (`mesh`) for meshes that cannot be used.
  public static func run(_ inputs: Inputs) throws -> Outputs {
    try check(inputs)
    let texture = SourceTexture(width: inputs.sourceWidth, height: inputs.sourceHeight) { x, y in
      let at = (y * inputs.sourceWidth + x) * 3
      return SIMD4(inputs.source[at], inputs.source[at + 1], inputs.source[at + 2], 0)
    }
    let photo = try SourceFace(texture: texture, mesh: points(inputs.sourceMesh), name: "the case's source")
    let swapper = try MeshSwapper(
      sources: SourceSet([photo]), options: SwapOptions(weight: inputs.weight, eyes: inputs.eyes))
    let mesh = points(inputs.mesh)
    let fit = try MeshCheck.fit(mesh, topology: swapper.topology, name: "the case's target")
    let slot = FaceSlot()
    slot.pose = FacePose(mesh: mesh, fit: fit)
    slot.window = FaceWindow(side: inputs.side, transform: .identity)
    slot.setMesh(mesh, topology: swapper.topology)
    let frame = Frame(size: PixelSize(width: inputs.side, height: inputs.side), format: .rgb8)
    for y in 0..<inputs.side {
      inputs.target.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        frame.planes[0].row8(y).update(from: base + 3 * y * inputs.side, count: 3 * inputs.side)
      }
    }
    slot.sample(frame, reduction: FrameReduction(), topology: swapper.topology)
    slot.clearMask()
    if let visible = inputs.visible { slot.visible.base.update(from: visible, count: NetSamples.area) }
    return paint(slot, frame, swapper)
  }

  private static func paint(_ slot: FaceSlot, _ frame: Frame, _ swapper: MeshSwapper) -> Outputs {
    let (stage, render) = (LightStage(), FaceRender())
    FaceTrack().advance(slot, light: stage, swapper: swapper, time: 0)
    let side = slot.window.side
    let mask = Scratch<Float>(side * side)
    render.paint(
      slot, sources: swapper.sources, keepsEyes: swapper.options.eyes == .target, soft: stage.softMask(slot),
      topology: swapper.topology, into: frame
    ) { area, row in
      let start = (area.y1 + row.y) * side + area.x1
      for x in row.columns { mask.base[start + x] = row.mask[x] }
    }
    var outputs = Outputs()
    outputs.formed = (0..<SwapTopology.pointCount).flatMap { index in
      let point = slot.formed[index]
      return [point.x, point.y, point.z]
    }
    outputs.gains = gains(slot.light.direct)
    outputs.gainsMirrored = gains(slot.light.mirrored)
    outputs.keep = (0..<NetSamples.area).map { slot.light.keep.base[$0] * slot.visible.base[$0] }
    outputs.edge = Array(UnsafeBufferPointer(start: slot.edge.base, count: NetSamples.area))
    outputs.mask = Array(UnsafeBufferPointer(start: mask.base, count: side * side))
    outputs.ids = ids(slot, swapper.topology)
    outputs.result = result(frame)
    return outputs
  }

  private static func ids(_ slot: FaceSlot, _ topology: SwapTopology) -> [Int16] {
    let side = slot.window.side
    let raster = MeshRaster()
    raster.prepare(slot.formed, width: side, height: side, topology: topology)
    var ids = [Int16](repeating: -1, count: side * side)
    for y in raster.rows {
      for run in raster.row(y) {
        for x in run.columns { ids[y * side + x] = Int16(truncatingIfNeeded: run.triangle) }
      }
    }
    return ids
  }

  private static func result(_ frame: Frame) -> [UInt8] {
    (0..<frame.size.height).flatMap { y in
      UnsafeBufferPointer(start: frame.planes[0].row8(y), count: 3 * frame.size.width)
    }
  }

  private static func gains(_ grid: Scratch<Float4>) -> [Float] {
    (0..<LightGrid.cells).flatMap { [grid.base[$0].x, grid.base[$0].y, grid.base[$0].z] }
  }

  private static func points(_ values: [Float]) -> [Point3] {
    (0..<(values.count / 3)).map { Point3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2]) }
  }

  private static func check(_ inputs: Inputs) throws {
    func expect(_ name: String, _ count: Int, _ wanted: Int) throws {
      guard count == wanted else {
        throw ProcessorsError(.shape, "The array \(name) has \(count) values instead of \(wanted).")
      }
    }
    guard (112...4096).contains(inputs.side) else {
      throw ProcessorsError(.shape, "The window's side \(inputs.side) is not between 112 and 4096.")
    }
    guard inputs.sourceWidth > 0, inputs.sourceHeight > 0 else {
      throw ProcessorsError(.shape, "The source has no pixels.")
    }
    try expect("target", inputs.target.count, 3 * inputs.side * inputs.side)
    try expect("mesh", inputs.mesh.count, 3 * SwapTopology.pointCount)
    try expect("source", inputs.source.count, 3 * inputs.sourceWidth * inputs.sourceHeight)
    try expect("source_mesh", inputs.sourceMesh.count, 3 * SwapTopology.pointCount)
    if let visible = inputs.visible { try expect("visible", visible.count, NetSamples.area) }
  }
}

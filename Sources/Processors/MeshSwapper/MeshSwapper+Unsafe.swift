import Imaging

extension FaceSlot {
  /// The mesh in window pixels and its fit from the canonical mesh.
  func setMesh(_ points: [Point3], topology: SwapTopology) {
    for index in 0..<SwapTopology.pointCount { mesh[index] = FaceWindow.map(points[index], window.transform) }
    fit = Similarity3(from: topology.canonical, to: PointMemory(mesh), over: topology.rigid)
  }

  /// Reads the frame's pixels around the mesh.
  func sample(_ frame: Frame, topology: SwapTopology) {
    pixels.resize(side: window.side)
    area.cover(mesh, side: window.side, topology: topology)
    frame.sample(window.transform, into: &pixels, columns: area.columns)
  }

  func clearMask() { visible.base.update(repeating: 1, count: NetSamples.area) }

  func apply(_ values: PixelBufferF) {
    values.samples.withUnsafeBufferPointer { samples in
      guard let base = samples.baseAddress, values.channels == 1 else { return }
      mask(by: base, width: values.width, height: values.height)
    }
  }

  /// Whether two windows share frame pixels (by the upright boxes around them).
  func overlaps(_ other: FaceSlot) -> Bool {
    let (mine, theirs) = (frameExtent, other.frameExtent)
    let reach = mine.half + theirs.half
    return abs(mine.centre.x - theirs.centre.x) < reach && abs(mine.centre.y - theirs.centre.y) < reach
  }

  private var frameExtent: (centre: Point, half: Float) {
    let inverse = window.transform.inverted
    let middle = Float(window.side) / 2
    let half = (abs(inverse.a) + abs(inverse.b)) * Double(window.side) / 2
    return (inverse.apply(Point(middle, middle)), Float(half))
  }
}

extension MeshSwapper.Workspace {
  /// Paints one face into the frame.
  func paint(_ slot: FaceSlot, swapper: MeshSwapper, into frame: Frame) {
    render.paint(
      slot, sources: swapper.sources, keepsEyes: swapper.options.eyes == .target, soft: light.softMask(slot),
      topology: swapper.topology)
    guard let patch = render.patch(slot.window.transform, for: frame) else { return }
    frame.add(patch)
  }
}

import Imaging

extension FaceSlot {
  /// Pixels of a window that are enough for the light: two a cell of its 112 along each axis.
  private static let enough = 224

  /// Begins with a face: its pose, its window and its mesh; without masks.
  ///
  /// - Parameter fit: canonical mesh → `mesh`.
  func take(_ mesh: [Point3], fit: Similarity3, trackID: Int?, topology: SwapTopology) {
    self.trackID = trackID
    pose = FacePose(mesh: mesh, fit: fit)
    let side = FaceWindow.side(for: fit)
    window = FaceWindow(mesh: mesh, fit: fit, side: side, topology: topology)
    setMesh(mesh, topology: topology)
    clearMask()
  }

  /// The mesh in window pixels and its fit from the canonical mesh.
  func setMesh(_ points: [Point3], topology: SwapTopology) {
    for index in 0..<SwapTopology.pointCount { mesh[index] = FaceWindow.map(points[index], window.transform) }
    fit = Similarity3(from: topology.canonical, to: PointMemory(mesh), over: topology.rigid)
  }

  /// The side of the window that the light reads, and how often the frame is halved before.
  ///
  /// The light takes exact means over the cells of a 112th of the window; means of 2×2 pixels lead to the same.
  var sampling: (side: Int, times: Int) {
    var side = window.side
    while side % 2 == 0, side / 2 >= FaceSlot.enough { side /= 2 }
    var (times, density) = (0, window.density)
    // The window's side is up to a seventh more than the face's own density.
    while density >= 1.7 * Double(side) { (times, density) = (times + 1, density / 2) }
    return (side, times)
  }

  /// Reads the frame's pixels around the mesh, at the window's side or halved while enough are left.
  func sample(_ frame: Frame, reduction: FrameReduction, topology: SwapTopology) {
    let (side, times) = sampling
    pixels.resize(side: side)
    area.cover(mesh, meshSide: window.side, side: side, topology: topology)
    let transform = window.transform(side: side)
    if times > 0, let reduced = reduction.reduce(frame, frameBox(), times: times) {
      reduced.frame.sample(
        reduced.transform.inverted.then(transform), into: &pixels, columns: area.columns)
    } else {
      frame.sample(transform, into: &pixels, columns: area.columns)
    }
  }

  /// The frame pixels around the mesh, with room for what the cells at its rim reach over.
  func frameBox() -> PixelRectangle {
    let inverse = window.transform.inverted
    var low = Point(repeating: .infinity)
    var high = Point(repeating: -.infinity)
    for index in 0..<SwapTopology.pointCount {
      let point = inverse.apply(Point(mesh[index].x, mesh[index].y))
      low = low.replacing(with: point, where: point .< low)
      high = high.replacing(with: point, where: point .> high)
    }
    let margin = Float(window.density) / 16 + 8
    return PixelRectangle(around: low - margin, high + margin)
  }

  func clearMask() { visible.base.update(repeating: 1, count: NetSamples.area) }

  func apply(_ values: PixelBufferF) {
    values.samples.withUnsafeBufferPointer { samples in
      guard let base = samples.baseAddress, values.channels == 1 else { return }
      mask(by: base, width: values.width, height: values.height)
    }
  }
}

extension PixelRectangle {
  /// The whole pixels around a box, at most a million pixels away.
  init(around low: Point, _ high: Point) {
    func whole(_ value: Float) -> Int { Int(min(max(value, -1e6), 1e6)) }
    self.init(
      x1: whole(low.x.rounded(.down)), y1: whole(low.y.rounded(.down)), x2: whole(high.x.rounded(.up)) + 1,
      y2: whole(high.y.rounded(.up)) + 1)
  }
}

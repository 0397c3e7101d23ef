import DeviceImaging
import Imaging

/// One face of a frame on the card. Belongs to a workspace and is used again for later frames.
final class DeviceFace {
  let slot = FaceSlot()
  /// The frame it is read from and painted into.
  private(set) var frame: DeviceFrame?
  /// Seconds on the target's clock.
  private(set) var time = 0.0
  /// What limits it.
  var masks = DeviceFaceMasks()
  /// The face among those of its track.
  var link = MeshLink()
  /// Own and moved mesh in pixels of the net, then of the area.
  let points = Scratch<Point3>(4 * SwapTopology.pointCount)
  /// The cells of the net that the own mesh needs.
  private(set) var cells: (columns: Range<Int>, rows: Range<Int>) = (0..<0, 0..<0)
  /// What of the frame may change; may be empty.
  private(set) var area = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0)
  private(set) var openings = DeviceOpenings()

  var netOwn: UnsafeMutablePointer<Point3> { points.base }
  var netFormed: UnsafeMutablePointer<Point3> { points.base + SwapTopology.pointCount }
  var areaOwn: UnsafeMutablePointer<Point3> { points.base + 2 * SwapTopology.pointCount }
  var areaFormed: UnsafeMutablePointer<Point3> { points.base + 3 * SwapTopology.pointCount }

  var areaSize: PixelSize { PixelSize(width: area.x2 - area.x1, height: area.y2 - area.y1) }

  func begin(_ frame: DeviceFrame, time: Double) {
    self.frame = frame
    self.time = time
    masks = DeviceFaceMasks()
    link = MeshLink()
  }

  /// Lets go of the frame.
  func end() { frame = nil }

  /// Works out the places of the moved mesh.
  func place(keepsEyes: Bool, topology: SwapTopology) {
    guard let frame else { return }
    cells = slot.putOnNet(own: netOwn, formed: netFormed)
    area = FramePainter.area(slot.putOnFrame(own: areaOwn, formed: areaFormed), in: frame.size)
    if area.isEmpty { area = PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0) }
    for index in 0..<(2 * SwapTopology.pointCount) {
      areaOwn[index] -= Point3(Float(area.x1), Float(area.y1), 0)
    }
    openings.place(areaFormed, size: areaSize, density: slot.window.density, keepsEyes: keepsEyes, topology: topology)
  }
}

/// Where the openings of mouth and eyes lie in a face's area, and their blur (``OpeningMask``).
struct DeviceOpenings {
  /// Mouth, left eye, right eye; empty where there is nothing to cut out.
  private(set) var boxes: [PixelRectangle] = []
  private(set) var kernel = GaussianKernel(sigma: 0.7)
  private(set) var parts = 1
  /// What ``kernel`` was made for.
  private var side = 0

  /// Pixels of all boxes.
  var pixelCount: Int { boxes.reduce(0) { $0 + ($1.x2 - $1.x1) * ($1.y2 - $1.y1) } }

  mutating func place(
    _ mesh: UnsafePointer<Point3>, size: PixelSize, density: Double, keepsEyes: Bool, topology: SwapTopology
  ) {
    let wanted = OpeningMask.blurSide(density)
    if wanted != side { (side, kernel) = (wanted, OpeningMask.makeKernel(side: wanted)) }
    parts = OpeningMask.parts(density)
    boxes = [topology.mouth, topology.leftEye, topology.rightEye].enumerated().map { number, corners in
      guard number == 0 || keepsEyes else { return PixelRectangle(x1: 0, y1: 0, x2: 0, y2: 0) }
      let box = OpeningMask.box(
        PolygonFill(mesh, corners), width: size.width, height: size.height, radius: kernel.radius)
      return PixelRectangle(
        x1: box.columns.lowerBound, y1: box.rows.lowerBound, x2: box.columns.upperBound, y2: box.rows.upperBound)
    }
  }
}

public import Faces
public import Imaging

/// The processor `face_debugger`: draws what the program knows of the faces.
public struct FaceDebugger: FrameProcessorPlan {
  /// What can be drawn, in the order of drawing.
  public enum Item: String, Sendable, CaseIterable {
    case boundingBox = "bounding-box"
    case faceMask = "face-mask"
    case landmark5 = "face-landmark-5"
    case landmark5From68 = "face-landmark-5/68"
    case landmark68 = "face-landmark-68"
    case landmark68From5 = "face-landmark-68/5"
  }

  public let name = "face_debugger"
  private let items: Set<Item>
  private let networks: FaceNetworks

  public init(items: Set<Item>, networks: FaceNetworks) {
    self.items = items
    self.networks = networks
  }

  public func makeWorker() throws -> any FrameProcessing {
    FaceDebuggerWorker(items: items, masker: items.contains(.faceMask) ? try networks.occlusionMasker() : nil)
  }

  /// Draws boxes and points; masks need the network and are left to a worker.
  public static func draw(_ face: Face, _ items: Set<Item>, on frame: Frame) {
    let size = FaceDebugger.lineWidth(frame.size)
    if items.contains(.boundingBox) { drawBox(face, size, on: frame) }
    if items.contains(.landmark5) { frame.drawPoints(face.landmarks5, radius: size, color: .red) }
    if items.contains(.landmark5From68) {
      let isSame = face.landmarks5From68 == face.landmarks5
      frame.drawPoints(face.landmarks5From68, radius: size, color: isSame ? .cyan : .green)
    }
    if items.contains(.landmark68) { frame.drawPoints(face.landmarks68, radius: size, color: .green) }
    if items.contains(.landmark68From5) { frame.drawPoints(face.landmarks68From5, radius: size, color: .cyan) }
  }

  /// Width of lines and radius of points: a 270th of the frame's height, 1…10.
  static func lineWidth(_ size: PixelSize) -> Int {
    min(max(Int((Double(size.height) / 270).rounded(.toNearestOrEven)), 1), 10)
  }

  /// The box, with the edge at the top of the head drawn stronger.
  private static func drawBox(_ face: Face, _ width: Int, on frame: Frame) {
    let box = face.box
    frame.drawRectangle(box, thickness: width, color: .red)
    let (start, end): (Point, Point) =
      switch face.angle {
      case 90: (Point(box.x2, box.y1), Point(box.x2, box.y2))
      case 180: (Point(box.x1, box.y2), Point(box.x2, box.y2))
      case 270: (Point(box.x1, box.y1), Point(box.x1, box.y2))
      default: (Point(box.x1, box.y1), Point(box.x2, box.y1))
      }
    frame.drawLine(
      from: PixelPoint(truncating: start), to: PixelPoint(truncating: end), thickness: width + 1, color: .lightRed)
  }
}

/// The debugger in one worker.
private final class FaceDebuggerWorker: FrameProcessing {
  private let items: Set<FaceDebugger.Item>
  private let masker: OcclusionMasker?
  private var masks: [(mask: PixelBufferF, transform: AffineTransform)] = []
  private(set) var timings = StageTimings()

  init(items: Set<FaceDebugger.Item>, masker: OcclusionMasker?) {
    self.items = items
    self.masker = masker
  }

  /// The masks are those of the frame before any processor has changed it.
  func prepare(_ input: FaceFrame) throws {
    masks.removeAll(keepingCapacity: true)
    guard let masker else { return }
    for face in input.chosen {
      let transform = try FaceWindow.transform(for: face.mesh, side: OcclusionMasker.side)
      let mask = try timings.measure(.mask) { try masker.visible(in: input.frame, transform: transform) }
      masks.append((combineMasks([mask, boxMask(size: OcclusionMasker.side, blur: 0)]), transform))
    }
  }

  func advance(_ input: FaceFrame) {}

  func finish(_ input: FaceFrame) -> Int {
    timings.measure(.debug) {
      for (mask, transform) in masks { outline(mask, transform, on: input.frame) }
      for face in input.chosen { FaceDebugger.draw(face, items, on: input.frame) }
    }
    return 0
  }

  private func outline(_ mask: PixelBufferF, _ transform: AffineTransform, on frame: Frame) {
    let bytes = PixelBuffer8(
      size: mask.size, channels: 1, samples: mask.samples.map { UInt8(min(max($0, 0), 1) * 255) })
    let whole = warp(bytes, transform.inverted, to: frame.size, border: .constant)
    frame.drawOutline(of: whole, above: 100, thickness: FaceDebugger.lineWidth(frame.size), color: .green)
  }
}

extension FaceWindow {
  /// Frame → the window of a face at `side` pixels.
  static func transform(for mesh: [Point3], side: Int) throws -> AffineTransform {
    let topology = try SwapTopology.shared.get()
    let fit = try MeshCheck.fit(mesh, topology: topology, name: "the target")
    return FaceWindow(mesh: mesh, fit: fit, side: side, topology: topology).transform
  }
}

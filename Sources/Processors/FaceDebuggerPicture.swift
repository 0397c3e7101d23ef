public import Faces
public import Imaging

/// The face debugger on 8-bit pictures, for faces of the published models, drawn as the peer draws (vision.md §32).
public struct PictureDebuggerPlan: PictureProcessorPlan {
  private let items: Set<FaceDebugger.Item>
  private let masks: FaceMaskOptions
  private let networks: FaceNetworks

  public init(items: Set<FaceDebugger.Item>, masks: FaceMaskOptions, networks: FaceNetworks) {
    self.items = items
    self.masks = masks
    self.networks = networks
  }

  public var name: String { "face_debugger" }

  public func makeWorker() throws -> any PictureProcessing {
    var shown = masks
    if !items.contains(.faceMask) { shown.types = [] }
    return PictureDebugger(items: items, masker: try FaceMasker(networks: networks, options: shown))
  }
}

/// The face debugger at work on 8-bit B, G, R pictures. Owned by one worker.
public final class PictureDebugger: PictureProcessing {
  /// Edge of the crop whose mask is drawn.
  private static let side = 512
  private let items: Set<FaceDebugger.Item>
  private let masker: FaceMasker
  public private(set) var timings = StageTimings()

  public init(items: Set<FaceDebugger.Item>, masker: FaceMasker) {
    self.items = items
    self.masker = masker
  }

  public func process(_ work: inout PictureWork) throws -> Int {
    let faces = work.scaledFaces
    for face in faces {
      try timings.measure(.debug) { try draw(face, on: &work.picture) }
    }
    if !faces.isEmpty { work.note(changed: nil) }
    return 0
  }

  /// Draws all items of one face, in pixels of the picture.
  public func draw(_ face: Face, on picture: inout PixelBuffer8) throws {
    let width = FaceDebugger.lineWidth(picture.size)
    let isRefilled = face.origin == .refill
    func color(_ color: DrawColor, isSame: Bool = false) -> DrawColor {
      isRefilled ? .orange : isSame ? .cyan : color
    }
    func discs(_ item: FaceDebugger.Item, _ points: [Point], _ color: DrawColor) {
      guard items.contains(item) else { return }
      for point in points { picture.drawDisc(at: PixelPoint(truncating: point), radius: width, color: color) }
    }
    let hasOwnFive = face.landmarks5 == face.landmarks5From68
    if items.contains(.boundingBox) { drawBox(face, width, on: &picture) }
    if items.contains(.faceMask), let mask = try mask(of: face, in: picture) {
      picture.drawContours(
        of: mask, above: 100, thickness: width, color: color(.green, isSame: hasOwnFive))
    }
    discs(.landmark5, face.landmarks5, color(.red))
    discs(.landmark5From68, face.landmarks5From68, color(.green, isSame: hasOwnFive))
    discs(.landmark68, face.landmarks68, color(.green, isSame: face.landmarks68 == face.landmarks68From5))
    discs(.landmark68From5, face.landmarks68From5, color(.cyan))
  }

  /// The box, and stronger the edge at the top of the head.
  private func drawBox(_ face: Face, _ width: Int, on picture: inout PixelBuffer8) {
    let box = face.box
    picture.drawRectangle(box, thickness: width, color: .red)
    let first = PixelPoint(truncating: Point(box.x1, box.y1))
    let last = PixelPoint(truncating: Point(box.x2, box.y2))
    let (start, end) =
      switch face.angle {
      case 90: (PixelPoint(x: last.x, y: first.y), last)
      case 180: (PixelPoint(x: first.x, y: last.y), last)
      case 270: (first, PixelPoint(x: first.x, y: last.y))
      default: (first, PixelPoint(x: last.x, y: first.y))
      }
    picture.drawStraightLine(from: start, to: end, thickness: width + 1, color: .lightRed)
  }

  /// The mask of the chosen types over the whole picture, 0…255; nil when no type is chosen.
  private func mask(of face: Face, in picture: PixelBuffer8) throws -> PixelBuffer8? {
    let crop = try FaceCrop(of: picture, landmarks: face.landmarks5From68, template: .arcface128, side: Self.side)
    let options = masker.options
    var masks: [PixelBufferF] = []
    if options.types.contains(.box) {
      masks.append(masker.boxMask(size: Self.side, blur: 0, padding: options.padding))
    }
    if options.types.contains(.occlusion) { masks.append(try masker.occlusionMask(of: crop.picture)) }
    if options.types.contains(.area) {
      masks.append(
        masker.areaMask(size: Self.side, landmarks68: crop.transform.apply(face.landmarks68)))
    }
    if options.types.contains(.region) { masks.append(try masker.regionMask(of: crop.picture)) }
    guard !masks.isEmpty else { return nil }
    let mask = masker.combined(masks)
    let bytes = PixelBuffer8(size: mask.size, channels: 1, samples: mask.samples.map { UInt8($0 * 255) })
    return warp(bytes, crop.transform.inverted, to: picture.size, border: .constant)
  }
}

extension DrawColor {
  static let red = DrawColor(red: 255, green: 0, blue: 0)
  static let lightRed = DrawColor(red: 255, green: 100, blue: 100)
  static let green = DrawColor(red: 0, green: 255, blue: 0)
  static let cyan = DrawColor(red: 0, green: 255, blue: 255)
  /// For faces that were filled in.
  static let orange = DrawColor(red: 255, green: 165, blue: 0)
}

import Faces
import Imaging
import Processors

/// Chooses the frames of a source clip: at most 24, spread over pose and expression, the sharpest of each kind.
struct ClipHarvest {
  static let limit = 24
  /// Frames looked at at most, evenly spread.
  private static let looks = 120

  /// Pose and expression in steps that look alike: 10° of yaw, 10° of pitch, 0.1 of the eye distance for the mouth.
  private struct Kind: Hashable {
    let yaw: Int
    let pitch: Int
    let mouth: Int
    let smile: Int

    /// Without a mesh there is no pose and one frame, the sharpest, is kept.
    init(_ face: Face) throws {
      guard !face.mesh.isEmpty else {
        (yaw, pitch, mouth, smile) = (0, 0, 0, 0)
        return
      }
      let pose = try FacePose(mesh: face.mesh)
      yaw = Int((pose.yaw / 10).rounded())
      pitch = Int((pose.pitch / 10).rounded())
      mouth = Int((pose.mouthOpening / 0.1).rounded())
      smile = Int((pose.smile / 0.1).rounded())
    }
  }

  private struct Candidate {
    let frame: Frame
    let face: Face
    let sharpness: Double
  }

  private let step: Int
  private var count = 0
  private var best: [Kind: Candidate] = [:]

  /// - Parameter expected: frames of the clip, nil when unknown.
  init(expected: Int?) {
    step = max(1, (expected ?? 0) / ClipHarvest.looks)
  }

  /// Counts a frame; true when it is to be looked at.
  mutating func wantsNext() -> Bool {
    defer { count += 1 }
    return count.isMultiple(of: step)
  }

  /// Keeps the frame when it is the sharpest of its kind.
  mutating func add(_ face: Face, _ frame: Frame) throws {
    let kind = try Kind(face)
    let sharpness = Sharpness.measure(frame, box: face.box)
    if let rival = best[kind], rival.sharpness >= sharpness { return }
    // The decoder goes on using its own memory.
    best[kind] = Candidate(frame: frame.copy(), face: face, sharpness: sharpness)
    if best.count > ClipHarvest.limit, let least = best.min(by: { $0.value.sharpness < $1.value.sharpness }) {
      best[least.key] = nil
    }
  }

  /// The chosen frames, sharpest first.
  func photos(name: String) -> [SourcePhoto] {
    best.values.sorted { $0.sharpness > $1.sharpness }.map {
      SourcePhoto(name: name, frame: $0.frame, face: $0.face)
    }
  }
}

/// How sharp the face in a box is.
enum Sharpness {
  private static let side = 96

  /// Variance of the Laplacian of the box's luma at 96×96, over the variance of the luma: light and contrast drop out.
  static func measure(_ frame: Frame, box: Box) -> Double {
    let scale = Double(side) / Double(max(box.width, box.height, 1))
    let transform = AffineTransform(
      a: scale, b: 0, c: -Double(box.x1) * scale, d: 0, e: scale, f: -Double(box.y1) * scale)
    var window = FloatWindow(side: side)
    frame.sample(transform, into: &window)
    let luma = window.storage.prefix(side * side).map { 0.299 * $0.x + 0.587 * $0.y + 0.114 * $0.z }
    var laplacian: [Float] = []
    for y in 1..<(side - 1) {
      for x in 1..<(side - 1) {
        let at = y * side + x
        laplacian.append(luma[at - 1] + luma[at + 1] + luma[at - side] + luma[at + side] - 4 * luma[at])
      }
    }
    return variance(laplacian) / max(variance(luma), 1e-9)
  }

  private static func variance(_ values: [Float]) -> Double {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    return values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
  }
}

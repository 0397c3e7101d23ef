import Foundation
public import Imaging

/// The square of a frame that the landmarker looks at.
public struct MeshCrop: Sendable, Equatable {
  /// Middle in frame pixels.
  public var center: Point
  /// Side in frame pixels.
  public var side: Float
  /// Turn of the square, radians, clockwise: that of the eye line, so that the eyes are level in the crop.
  public var roll: Float

  public init(center: Point, side: Float, roll: Float) {
    self.center = center
    self.side = side
    self.roll = roll
  }

  /// Side of the square in lengths of the longer side of the face's box.
  public static let margin: Float = 1.5
  /// The landmarkers' input side in pixels.
  public static let inputSide = 192

  /// For a detector's find: around its box, turned by its eyes.
  public init(_ face: DetectedFace) {
    self.init(
      center: face.box.center, side: MeshCrop.margin * max(face.box.width, face.box.height),
      roll: FaceTopology.roll(of: face.points))
  }

  /// For a mesh: around the box of its points in the crop's own direction, turned by its eye line.
  public init(mesh: [Point3]) {
    let roll = FaceTopology.roll(of: mesh)
    let (cosine, sine) = (cos(roll), sin(roll))
    let level = Box(around: mesh.lazy.map { Point(cosine * $0.x + sine * $0.y, cosine * $0.y - sine * $0.x) })
    let middle = level.center
    self.init(
      center: Point(cosine * middle.x - sine * middle.y, sine * middle.x + cosine * middle.y),
      side: MeshCrop.margin * max(level.width, level.height), roll: roll)
  }

  /// Whether a crop can be cut at all.
  public var isUsable: Bool {
    center.x.isFinite && center.y.isFinite && side.isFinite && roll.isFinite && side >= 1 && side < 1e6
  }

  /// Frame pixels to pixels of a square input of `size` (integer = pixel centre on both sides).
  public func transform(size: Int = MeshCrop.inputSide) -> Imaging.AffineTransform {
    let scale = Double(size) / Double(side)
    let (cosine, sine) = (cos(Double(roll)) * scale, sin(Double(roll)) * scale)
    let middle = Double(size) / 2 - 0.5
    let (x, y) = (Double(center.x), Double(center.y))
    return Imaging.AffineTransform(
      a: cosine, b: sine, c: middle - cosine * x - sine * y, d: -sine, e: cosine,
      f: middle + sine * x - cosine * y)
  }
}

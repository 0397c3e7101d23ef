import Foundation
public import Imaging

/// Which of the 478 mesh points are which. Left and right are those of an upright picture, not of the person.
///
/// Source of the lists: `models/open_pack.md` (the five points are the exact choice the pack's networks expect).
public enum FaceTopology {
  public static let pointCount = 478
  /// Centres of the irises; each is followed by four points of its rim.
  public static let irisLeft = 468
  public static let irisRight = 473

  static let eyeLeftFive = [33, 133, 159, 145]
  static let eyeRightFive = [362, 263, 386, 374]
  static let noseTip = 4
  static let mouthLeft = 61
  static let mouthRight = 291

  /// The eyelids' contours, 16 points each.
  static let eyeLeftContour = [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7]
  static let eyeRightContour = [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249]

  /// Mesh points in the order of the 68: jaw 17, brows 5 + 5, nose 4 + 5, eyes 6 + 6, lips 12 outer + 8 inner.
  public static let indices68 =
    [162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389]
    + [71, 63, 105, 66, 107] + [336, 296, 334, 293, 301]
    + [168, 197, 5, 4] + [75, 97, 2, 326, 305]
    + [33, 160, 158, 133, 153, 144] + [362, 385, 387, 263, 373, 380]
    + [61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181]
    + [78, 82, 13, 312, 308, 317, 14, 87]

  /// 68 points of a mesh; empty for a mesh of another size.
  public static func landmarks68(of mesh: [Point3]) -> [Point] {
    guard mesh.count == pointCount else { return [] }
    return indices68.map { Point(mesh[$0].x, mesh[$0].y) }
  }

  /// Five points of a mesh; empty for a mesh of another size.
  public static func landmarks5(of mesh: [Point3]) -> [Point] {
    guard mesh.count == pointCount else { return [] }
    return [
      mean(of: eyeLeftFive, in: mesh), mean(of: eyeRightFive, in: mesh), flat(mesh[noseTip]), flat(mesh[mouthLeft]),
      flat(mesh[mouthRight]),
    ]
  }

  /// Five points of 68: means of the eyes, nose tip, mouth corners (vision.md §8.6); empty for another number.
  public static func landmarks5<Number: BinaryFloatingPoint & SIMDScalar>(
    from68 points: [SIMD2<Number>]
  ) -> [SIMD2<Number>] {
    guard points.count == 68 else { return [] }
    func mean(_ range: Range<Int>) -> SIMD2<Number> {
      let sum = points[range].reduce(SIMD2<Number>.zero) { SIMD2($0.x + $1.x, $0.y + $1.y) }
      return SIMD2(sum.x / Number(range.count), sum.y / Number(range.count))
    }
    return [mean(36..<42), mean(42..<48), points[30], points[48], points[54]]
  }

  /// Turn of a face in the picture, radians, clockwise; 0 for a mesh of another size.
  public static func roll(of mesh: [Point3]) -> Float { roll(of: landmarks5(of: mesh)) }

  /// Turn of a face of five points: that of the line from the left to the right eye.
  ///
  /// Seen from the side the eyes lie nearly behind each other and their line says nothing; there the line from the eyes
  /// to the mouth, a quarter turn ahead, takes over, evenly between half and a quarter of its length.
  static func roll(of points: [Point]) -> Float {
    guard points.count == 5 else { return 0 }
    let eyes = points[1] - points[0]
    let down = (points[3] + points[4] - points[0] - points[1]) / 2
    let across = Point(down.y, -down.x)
    let (eyeLength, downLength) = (length(eyes), length(down))
    guard eyeLength > 0, downLength > 0 else { return atan2(eyes.y, eyes.x) }
    let trust = min(max((eyeLength / downLength - 0.25) / 0.25, 0), 1)
    let line = eyes * (trust / eyeLength) + across * ((1 - trust) / downLength)
    return atan2(line.y, line.x)
  }

  /// Nearest quarter turn of the line between the ends of the jaw, clockwise (vision.md §8.2).
  public static func angle(of mesh: [Point3]) -> Int {
    guard mesh.count == pointCount else { return 0 }
    return quarterTurn(from: flat(mesh[indices68[0]]), to: flat(mesh[indices68[16]]))
  }

  /// The same from 68 points; 0 for another number.
  public static func angle(of68 points: [Point]) -> Int {
    points.count == 68 ? quarterTurn(from: points[0], to: points[16]) : 0
  }

  static func quarterTurn(from left: Point, to right: Point) -> Int {
    quarterTurn(from: SIMD2<Double>(left), to: SIMD2<Double>(right))
  }

  /// Nearest quarter turn of a line, clockwise: 0, 90, 180 or 270 degrees, the smaller one of two as near.
  public static func quarterTurn(from left: SIMD2<Double>, to right: SIMD2<Double>) -> Int {
    let line = right - left
    guard line.x.isFinite, line.y.isFinite else { return 0 }
    let degrees = atan2(line.y, line.x) * 180 / .pi
    return quarterTurn(degrees: degrees < 0 ? degrees + 360 : degrees)
  }

  /// The nearest of 0, 90, 180 and 270, on ties the smaller.
  ///
  /// - Parameter degrees: 0…360.
  public static func quarterTurn(degrees: Double) -> Int {
    let candidates = [0, 90, 180, 270, 360]
    let nearest = candidates.min { abs(degrees - Double($0)) < abs(degrees - Double($1)) } ?? 0
    return nearest % 360
  }

  /// Distance between the eyes in pixels: the unit in which errors and movements are stated.
  public static func eyeDistance(of mesh: [Point3]) -> Float {
    guard mesh.count == pointCount else { return 0 }
    return length(mean(of: eyeRightFive, in: mesh) - mean(of: eyeLeftFive, in: mesh))
  }

  /// The box around the mesh in the picture.
  public static func box(of mesh: [Point3]) -> Box { Box(around: mesh.lazy.map(flat)) }

  /// Gives a 468-point mesh its ten iris points: the middle of each eye's contour.
  static func fillIrises(_ mesh: inout [Point3]) {
    for (contour, iris) in [(eyeLeftContour, irisLeft), (eyeRightContour, irisRight)] {
      let middle = contour.reduce(Point3()) { $0 + mesh[$1] } / Float(contour.count)
      for index in iris..<iris + 5 { mesh[index] = middle }
    }
  }

  static func length(_ vector: Point) -> Float { (vector.x * vector.x + vector.y * vector.y).squareRoot() }

  static func flat(_ point: Point3) -> Point { Point(point.x, point.y) }

  private static func mean(of indices: [Int], in mesh: [Point3]) -> Point {
    flat(indices.reduce(Point3()) { $0 + mesh[$1] } / Float(indices.count))
  }
}

import Foundation

/// Where a steered detector sees a face, and what the landmarkers make of it.
///
/// A face is drawn in the unit square of the alignment that restorers use (FFHQ), and the square is laid on the picture.
public struct FacePlace: Sendable, Hashable {
  /// Left and top edge of the unit square as shares of the picture's width.
  public var left: Double
  public var top: Double
  /// Its side as a share of the picture's width.
  public var side: Double

  public init(left: Double, top: Double, side: Double) {
    self.left = left
    self.top = top
    self.side = side
  }

  /// In the upper middle of a picture of 16:9, as large as in a portrait.
  public static let middle = FacePlace(left: 0.3, top: 0, side: 0.4)

  /// Left eye, right eye, nose, corners of the mouth, in the unit square.
  static let five: [SIMD2<Double>] = [
    SIMD2(0.377, 0.469), SIMD2(0.623, 0.469), SIMD2(0.501, 0.613), SIMD2(0.393, 0.725), SIMD2(0.612, 0.725),
  ]

  /// The 68 points in the unit square, in their usual order: jaw, brows, nose, eyes, mouth.
  static let points68: [SIMD2<Double>] = {
    func arc(_ count: Int, from: SIMD2<Double>, to: SIMD2<Double>, height: Double) -> [SIMD2<Double>] {
      (0..<count).map { index in
        let share = Double(index) / Double(count - 1)
        return from + (to - from) * share + SIMD2(0, height * sin(.pi * share))
      }
    }
    func ring(_ count: Int, around centre: SIMD2<Double>, _ radius: SIMD2<Double>) -> [SIMD2<Double>] {
      (0..<count).map { index in
        let angle = .pi + 2 * .pi * Double(index) / Double(count)
        return centre + radius * SIMD2(cos(angle), sin(angle))
      }
    }
    let mouth = (five[3] + five[4]) / 2
    return arc(17, from: SIMD2(0.25, 0.45), to: SIMD2(0.75, 0.45), height: 0.43)
      + arc(5, from: SIMD2(0.3, 0.4), to: SIMD2(0.45, 0.4), height: -0.03)
      + arc(5, from: SIMD2(0.55, 0.4), to: SIMD2(0.7, 0.4), height: -0.03)
      + arc(4, from: SIMD2(0.5, 0.46), to: five[2], height: 0)
      + arc(5, from: SIMD2(0.45, 0.64), to: SIMD2(0.55, 0.64), height: 0.015)
      + ring(6, around: five[0], SIMD2(0.04, 0.015)) + ring(6, around: five[1], SIMD2(0.04, 0.015))
      + ring(12, around: mouth, SIMD2(0.11, 0.04)) + ring(8, around: mouth, SIMD2(0.09, 0.015))
  }()

  /// Left, top, right and bottom of the detector's box in the unit square.
  static let box = (low: SIMD2(0.24, 0.26), high: SIMD2(0.76, 0.9))

  /// A point of the unit square in pixels of a canvas that the picture fills from edge to edge.
  func onCanvas(_ point: SIMD2<Double>, width: Double) -> SIMD2<Double> {
    (SIMD2(left, top) + point * side) * width
  }

  /// A point of the unit square on the landmarker's grid of 64: the box fills 195 of its 256 pixels.
  static func onGrid(_ point: SIMD2<Double>) -> SIMD2<Double> {
    let size = box.high - box.low
    let pixels = (point - (box.low + box.high) / 2) * (195 / max(size.x, size.y)) + 128
    return pixels / 4
  }
}

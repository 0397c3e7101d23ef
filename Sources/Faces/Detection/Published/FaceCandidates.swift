public import Imaging

/// What published detectors find, before suppression, in the order in which they give it.
///
/// Positions are in double precision as in the peer, so that suppression decides as it does there.
public struct FaceCandidates: Sendable, Equatable {
  /// x1, y1, x2, y2.
  public private(set) var boxes: [SIMD4<Double>]
  public private(set) var scores: [Float]
  /// Five points a find: left eye, right eye (in an upright picture), nose, left and right mouth corner.
  public private(set) var points: [[SIMD2<Double>]]

  public var count: Int { boxes.count }
  public var isEmpty: Bool { boxes.isEmpty }

  public init() {
    boxes = []
    scores = []
    points = []
  }

  mutating func append(box: SIMD4<Double>, score: Float, points five: [SIMD2<Double>]) {
    boxes.append(box)
    scores.append(score)
    points.append(five)
  }

  public mutating func append(contentsOf other: FaceCandidates) {
    boxes += other.boxes
    scores += other.scores
    points += other.points
  }

  /// Boxes with sorted sides, and everything moved by the black margin (vision.md §7.1).
  public func unpadded(left: Int, top: Int) -> FaceCandidates {
    let shift = SIMD2(Double(left), Double(top))
    var result = self
    result.boxes = boxes.map { box in
      SIMD4(min(box.x, box.z), min(box.y, box.w), max(box.x, box.z), max(box.y, box.w))
        - SIMD4(lowHalf: shift, highHalf: shift)
    }
    result.points = points.map { five in five.map { $0 - shift } }
    return result
  }

  /// Everything through a matrix; boxes become the boxes around their corners (vision.md §5.5).
  public func transformed(_ m: Imaging.AffineTransform) -> FaceCandidates {
    var result = self
    result.boxes = boxes.map { box in
      let corners = [box.lowHalf, SIMD2(box.z, box.y), box.highHalf, SIMD2(box.x, box.w)].map { m.apply($0) }
      let low = corners.dropFirst().reduce(corners[0]) { pointwiseMin($0, $1) }
      let high = corners.dropFirst().reduce(corners[0]) { pointwiseMax($0, $1) }
      return SIMD4(lowHalf: low, highHalf: high)
    }
    result.points = points.map { five in five.map { m.apply($0) } }
    return result
  }

  /// The finds that suppression leaves, best score first (vision.md §2.6).
  public func kept(score: Float, overlap: Float) -> [Int] {
    nonMaximumSuppression(boxes: boxes, scores: scores, scoreThreshold: score, overlapThreshold: overlap)
  }

  public func face(at index: Int) -> DetectedFace {
    let box = SIMD4<Float>(boxes[index])
    return DetectedFace(
      box: Box(x1: box.x, y1: box.y, x2: box.z, y2: box.w), score: scores[index],
      points: points[index].map { Point($0) })
  }
}

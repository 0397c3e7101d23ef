import Foundation
import Imaging

/// Reads BlazeFace full range's 2304 rows (models/open_pack.md).
///
/// Anchors are the centres of a 48 × 48 grid, size 1. A row of 16 holds box centre, box size and six key points (right
/// eye, left eye, nose, mouth, right ear, left ear; sides are the person's), all divided by 192 and, but for the size,
/// added to the anchor; the score is the logistic of the logit clipped to ±100.
struct BlazeFaceDecoder {
  static let inputSide = 192
  static let gridSide = 48
  static let anchorCount = gridSide * gridSide
  static let rowLength = 16

  /// Anchor centre in parts of the input, row-major.
  static func anchor(_ index: Int) -> Point {
    Point((Float(index % gridSide) + 0.5) / Float(gridSide), (Float(index / gridSide) + 0.5) / Float(gridSide))
  }

  static func score(logit: Float) -> Float { 1 / (1 + exp(-min(max(logit, -100), 100))) }

  /// The least logit whose score is above `threshold`.
  static func logit(threshold: Float) -> Float {
    guard threshold > 0 else { return -.infinity }
    guard threshold < 1 else { return .infinity }
    return log(threshold / (1 - threshold))
  }

  /// Finds in continuous input coordinates, in anchor order.
  static func decode(
    rows: UnsafePointer<Float>, logits: UnsafePointer<Float>, threshold: Float
  ) -> [DetectedFace] {
    let least = logit(threshold: threshold)
    var faces: [DetectedFace] = []
    for index in 0..<anchorCount where logits[index] > least {
      let row = rows + index * rowLength
      // The network's numbers are input pixels already: dividing by 192 and scaling back cancel out.
      let anchor = BlazeFaceDecoder.anchor(index) * Float(inputSide)
      guard (0..<rowLength).allSatisfy({ row[$0].isFinite }) else { continue }
      let center = anchor + Point(row[0], row[1])
      let half = Point(abs(row[2]), abs(row[3])) / 2
      let keyPoints = (0..<4).map { anchor + Point(row[4 + 2 * $0], row[5 + 2 * $0]) }
      faces.append(
        DetectedFace(
          box: Box(
            x1: center.x - half.x, y1: center.y - half.y, x2: center.x + half.x, y2: center.y + half.y),
          score: score(logit: logits[index]), points: fivePoints(keyPoints)))
    }
    return faces
  }

  /// The mouth is one point here; its corners are put on a line parallel to the eyes, as far apart as in the
  /// `arcface_128` template: 0.83 of the distance between the eyes.
  static func fivePoints(_ keyPoints: [Point]) -> [Point] {
    let half = (keyPoints[1] - keyPoints[0]) * 0.415
    return [keyPoints[0], keyPoints[1], keyPoints[2], keyPoints[3] - half, keyPoints[3] + half]
  }

  /// The same for arrays: 2304 · 16 numbers and 2304 logits.
  static func decode(rows: [Float], logits: [Float], threshold: Float) -> [DetectedFace] {
    guard rows.count == anchorCount * rowLength, logits.count == anchorCount else { return [] }
    return rows.withUnsafeBufferPointer { rows in
      logits.withUnsafeBufferPointer { logits in
        guard let rows = rows.baseAddress, let logits = logits.baseAddress else { return [] }
        return decode(rows: rows, logits: logits, threshold: threshold)
      }
    }
  }
}

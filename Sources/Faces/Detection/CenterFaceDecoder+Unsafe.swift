import Foundation
import Imaging

/// Reads CenterFace's four maps (models/open_pack.md).
///
/// Per cell (x, y) with heat above the threshold: height = 4·exp(scale₀), width = 4·exp(scale₁), centre =
/// 4·(x + offset₁ + 0.5, y + offset₀ + 0.5); landmark k = (left + width·l₂ₖ₊₁, top + height·l₂ₖ).
struct CenterFaceDecoder {
  /// Input pixels per cell.
  static let stride = 4
  /// Noise may fire everywhere; the best finds are enough for any picture.
  static let maximumCandidates = 1024

  /// Maps of one input, row-major: heat (1 plane), scale (2), offset (2), landmarks (10) of `columns · rows` cells.
  struct Maps {
    let heat: UnsafePointer<Float>
    let scale: UnsafePointer<Float>
    let offset: UnsafePointer<Float>
    let landmarks: UnsafePointer<Float>
    let columns: Int
    let rows: Int
  }

  /// Finds in continuous input coordinates, row by row; NaN and infinite values never become a find.
  static func decode(_ maps: Maps, threshold: Float) -> [DetectedFace] {
    let cells = maps.columns * maps.rows
    var hits: [Int32] = []
    for cell in 0..<cells where maps.heat[cell] > threshold { hits.append(Int32(truncatingIfNeeded: cell)) }
    if hits.count > maximumCandidates {
      hits.sort { maps.heat[Int($0)] > maps.heat[Int($1)] }
      hits.removeLast(hits.count - maximumCandidates)
    }
    return hits.compactMap { face(in: maps, cell: Int($0), cells: cells) }
  }

  private static func face(in maps: Maps, cell: Int, cells: Int) -> DetectedFace? {
    let unit = Float(stride)
    let height = unit * exp(maps.scale[cell])
    let width = unit * exp(maps.scale[cells + cell])
    let centerX = unit * (Float(cell % maps.columns) + maps.offset[cells + cell] + 0.5)
    let centerY = unit * (Float(cell / maps.columns) + maps.offset[cell] + 0.5)
    let left = centerX - width / 2
    let top = centerY - height / 2
    guard left.isFinite, top.isFinite, width.isFinite, height.isFinite else { return nil }
    let points = (0..<5).map { index in
      Point(
        left + width * maps.landmarks[(2 * index + 1) * cells + cell],
        top + height * maps.landmarks[2 * index * cells + cell])
    }
    guard points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return nil }
    return DetectedFace(
      box: Box(x1: left, y1: top, x2: left + width, y2: top + height), score: min(maps.heat[cell], 1), points: points)
  }

  /// The same for arrays.
  static func decode(
    heat: [Float], scale: [Float], offset: [Float], landmarks: [Float], columns: Int, rows: Int, threshold: Float
  ) -> [DetectedFace] {
    let cells = columns * rows
    guard heat.count == cells, scale.count == 2 * cells, offset.count == 2 * cells, landmarks.count == 10 * cells else {
      return []
    }
    return heat.withUnsafeBufferPointer { heat in
      scale.withUnsafeBufferPointer { scale in
        offset.withUnsafeBufferPointer { offset in
          landmarks.withUnsafeBufferPointer { landmarks in
            guard let heat = heat.baseAddress, let scale = scale.baseAddress, let offset = offset.baseAddress,
              let landmarks = landmarks.baseAddress
            else { return [] }
            return decode(
              Maps(
                heat: heat, scale: scale, offset: offset, landmarks: landmarks, columns: columns, rows: rows),
              threshold: threshold)
          }
        }
      }
    }
  }
}

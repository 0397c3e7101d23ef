public import Imaging
public import Inference
public import ModelStore

/// 68 points and how sure the landmarker is of them.
public struct ScoredLandmarks: Sendable, Equatable {
  public var points: [Point]
  /// 0…1.
  public var score: Float

  public init(points: [Point], score: Float) {
    self.points = points
    self.score = score
  }
}

/// The published landmarkers of pictures (models.md §3.2).
public enum PublishedLandmarkerModel: String, Sendable, Hashable, CaseIterable {
  case twoDFan4 = "2dfan4"
  case peppaWutz = "peppa_wutz"

  public var modelID: ModelID { ModelID(rawValue: rawValue) }

  var outputCount: Int { self == .twoDFan4 ? 2 : 1 }

  /// Where the file leaves them open.
  var outputShapes: [[Int]] { self == .twoDFan4 ? [[1, 68, 3], [1, 68, 64, 64]] : [[1, 68, 3]] }

  /// Reads the network's outputs, in the graph's order: points in crop pixels (vision.md §8.4).
  ///
  /// - Throws: ``FacesError`` of code `unexpectedModel` for outputs of another form or that are not finite.
  public func read(_ outputs: [Tensor]) throws -> ScoredLandmarks {
    guard outputs.count >= outputCount else {
      throw FacesError.unexpectedModel(rawValue, "gives \(outputs.count) outputs, not \(outputCount)")
    }
    let rows = try rows(outputs[0], "0", columns: self == .twoDFan4 ? 2 : 3)
    // The networks count in cells of 1/64 of the crop.
    let points = rows.map { Point($0[$0.startIndex], $0[$0.startIndex + 1]) / 64 * Float(LandmarkerCrop.side) }
    switch self {
    case .twoDFan4:
      let peaks = try self.rows(outputs[1], "1", columns: 1).map { $0.max() ?? 0 }
      return ScoredLandmarks(points: points, score: scaled(peaks, full: 0.9))
    case .peppaWutz:
      return ScoredLandmarks(points: points, score: scaled(rows.map { $0[$0.startIndex + 2] }, full: 0.95))
    }
  }

  /// An output cut into its 68 rows of at least so many columns; peppa_wutz has exactly its three.
  private func rows(_ tensor: Tensor, _ output: String, columns: Int) throws -> [ArraySlice<Float>] {
    let numbers = try tensor.numbers(model: rawValue, output: output)
    let width = numbers.count / 68
    guard width * 68 == numbers.count, self == .peppaWutz ? width == columns : width >= columns else {
      throw FacesError.unexpectedModel(
        rawValue, "gives the output \(output) as \(tensor.shape), not as 68 rows of \(columns) numbers")
    }
    return (0..<68).map { numbers[$0 * width..<($0 + 1) * width] }
  }

  /// The mean, stretched so that `full` becomes 1, kept within 0…1.
  private func scaled(_ scores: [Float], full: Float) -> Float {
    let mean = scores.reduce(0, +) / Float(scores.count)
    return min(max(mean / full, 0), 1)
  }
}

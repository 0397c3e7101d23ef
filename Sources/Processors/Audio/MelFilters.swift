import func Foundation.log10
import func Foundation.pow

/// 80 bands between 55 and 7600 Hz, equally wide in mel, over the 401 bins of a spectrum (vision.md §26, step 5).
public enum MelFilters {
  public static let bandCount = 80
  public static let binCount = 401
  private static let lowest = 55.0
  private static let highest = 7600.0

  /// First bin of each band, and the end of the last one but one: 82 numbers.
  public static let edges: [Int] = {
    func mel(_ frequency: Double) -> Double { 2595 * log10(1 + frequency / 700) }
    let (low, high) = (mel(lowest), mel(highest))
    return (0..<bandCount + 2).map { index in
      let place = low + (high - low) * Double(index) / Double(bandCount + 1)
      let frequency = 700 * (pow(10, place / 2595) - 1)
      return Int((Double(2 * binCount - 1) * frequency / Double(StereoSound.voiceRate)).rounded(.down))
    }
  }()

  /// Weights of the bins `edges[band]..<edges[band + 1]`: a triangle. Bands do not overlap, as in the peer (vision.md
  /// §36, quirk 15).
  static let weights: [[Double]] = (0..<bandCount).map { triangle(edges[$0 + 1] - edges[$0]) }

  /// All weights as rows of bands, columns of bins: 80 × 401.
  public static var matrix: [Float] {
    var matrix = [Float](repeating: 0, count: bandCount * binCount)
    for (band, weights) in weights.enumerated() {
      for (offset, weight) in weights.enumerated() { matrix[band * binCount + edges[band] + offset] = Float(weight) }
    }
    return matrix
  }

  private static func triangle(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let step = Double(min(index, count - 1 - index) + 1)
      return count % 2 == 1 ? 2 * step / Double(count + 1) : (2 * step - 1) / Double(count)
    }
  }
}

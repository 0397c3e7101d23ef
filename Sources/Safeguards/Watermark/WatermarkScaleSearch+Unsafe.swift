import Foundation

/// Finds how long the tile's period is in a picture that was scaled, without the key.
///
/// A repeated tile leaves power only at whole multiples of its frequency. For every period in question the power at the
/// places of the tile's waves is compared with the power around them.
struct WatermarkScaleSearch {
  struct Candidate {
    /// Standard deviations above what a picture without a mark gives.
    let score: Float
    let across: Double
    let down: Double
  }

  /// Periods looked for, in pixels: pictures scaled to between a third and more than double.
  static let periods = 42.0...300.0
  /// How much the two directions may be scaled differently.
  static let distortion = 0.012
  /// Only the middle of larger pictures is searched.
  static let part = 1024
  private static let most = 4
  private static let leastScore: Float = 4.5

  /// The best periods, best first; none when nothing stands out.
  static func candidates(_ plane: [Float], width: Int, height: Int) -> [Candidate] {
    let (w, h) = (min(width, part), min(height, part))
    var middle = [Float](repeating: 0, count: w * h)
    for y in 0..<h {
      let from = ((height - h) / 2 + y) * width + (width - w) / 2
      for x in 0..<w { middle[y * w + x] = plane[from + x] }
    }
    let spectrum = PowerSpectrum(middle, width: w, height: h)
    let map = evened(spectrum)
    let longest = Double(max(w, h) * WatermarkChips.highest)
    var found: [Candidate] = []
    var period = periods.lowerBound
    while period < periods.upperBound {
      let step = 0.25 * period / longest
      let reach = Int((distortion / step).rounded(.up))
      for j in -reach...reach {
        let across = period * (1 + Double(j) * step / 2)
        let down = period * (1 - Double(j) * step / 2)
        if let score = score(map, spectrum, across, down), score > leastScore {
          found.append(Candidate(score: score, across: across, down: down))
        }
      }
      period *= 1 + step
    }
    return best(found)
  }

  /// Of candidates closer than two in a hundred only the best stays.
  private static func best(_ found: [Candidate]) -> [Candidate] {
    var result: [Candidate] = []
    for candidate in found.sorted(by: { $0.score > $1.score }) where result.count < most {
      if result.allSatisfy({ abs(log($0.across / candidate.across)) > 0.02 }) { result.append(candidate) }
    }
    return result
  }

  /// Power against the mean power around, at most 6, mean 0 and deviation 1 over all.
  private static func evened(_ spectrum: PowerSpectrum) -> [Float] {
    let around = boxMean(spectrum.values, width: spectrum.columns, height: spectrum.down, radius: 16)
    var map = zip(spectrum.values, around).map { min($0 / ($1 + 1e-9), 6) }
    let mean = map.reduce(0) { $0 + Double($1) } / Double(map.count)
    let variance = map.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(map.count)
    let scale = 1 / (variance.squareRoot() + 1e-9)
    for index in map.indices { map[index] = Float((Double(map[index]) - mean) * scale) }
    return map
  }

  private static func score(
    _ map: [Float], _ spectrum: PowerSpectrum, _ across: Double, _ down: Double
  ) -> Float? {
    let highest = WatermarkChips.highest
    let acrossStep = Double(spectrum.across) / across
    let downStep = Double(spectrum.down) / down
    // Waves shorter than two pixels are not in the picture any more.
    let lastK = min(highest, Int(0.48 * across))
    let lastL = min(highest, Int(0.48 * down))
    var sum: Float = 0
    var count = 0
    map.withUnsafeBufferPointer { map in
      for (k, l) in WatermarkChips.waves where k <= lastK && abs(l) <= lastL {
        let x = Int((Double(k) * acrossStep).rounded())
        let y = Int((Double(l) * downStep).rounded())
        sum += map[(y < 0 ? y + spectrum.down : y) * spectrum.columns + x]
        count += 1
      }
    }
    return count < 100 ? nil : sum / Float(count).squareRoot()
  }
}

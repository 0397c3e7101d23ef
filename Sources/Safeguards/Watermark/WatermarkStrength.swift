import Foundation

/// How strong the mark is where: more where the picture is busy, so much in all that the picture keeps its quality.
///
/// Busy means: the mean of the steps to the right and to the lower neighbour, each counted up to 15 codes (so that one
/// sharp edge does not make its flat surroundings busy), over 8 × 8 pixels and their eight neighbours. The strength of a
/// block is m · (activity + 1/2)^0.4, held between ``least`` and ``most``. m is the same everywhere in a frame and
/// is set so that the mean square error stays at the budget of 42.5 dB.
struct WatermarkStrength {
  /// Standard deviations of the mark in codes of 8 bits.
  static let least: Float = 0.7
  static let most: Float = 5
  /// What a flat block gets at most.
  static let mostWhenFlat: Float = 1.5
  /// Mean square error at 42.5 dB: 255² / 10^4.25.
  static let budget: Float = 3.656

  /// Classes of activity. A class is the sum over nine blocks (at most 9 · 64 · 30) shifted right by ``shift``.
  static let classes = 271
  static let shift = 6
  private static let exponent = 0.4

  /// What the factor m is multiplied with in each class.
  let weights: [Float]
  /// The factor at which a flat block gets all it may have.
  var highest: Float { Self.mostWhenFlat / weights[0] }

  init() {
    weights = (0..<Self.classes).map { index in
      let activity = (Double(index) + 0.5) * 64 / (9 * 64)
      return Float(pow(activity + 0.5, Self.exponent))
    }
  }

  /// The strength of each class, from how many blocks of each there are.
  func levels(_ counts: [Int32], into levels: inout [Float]) {
    let blocks = counts.reduce(0, +)
    guard blocks > 0 else { return }
    let allowed = Self.allowed(Int(blocks))
    var low: Float = 0
    var high = highest
    if power(high, counts) > allowed {
      for _ in 0..<16 {
        let middle = (low + high) / 2
        if power(middle, counts) > allowed { high = middle } else { low = middle }
      }
      high = low
    }
    for index in levels.indices { levels[index] = level(high, index) }
  }

  /// The power that so many blocks may have together. The rounding to whole codes adds 1/12 to each.
  static func allowed(_ blocks: Int) -> Float { (budget - 1 / 12) * Float(blocks) }

  private func level(_ factor: Float, _ index: Int) -> Float {
    min(max(factor * weights[index], Self.least), Self.most)
  }

  private func power(_ factor: Float, _ counts: [Int32]) -> Float {
    var sum: Float = 0
    for index in counts.indices where counts[index] > 0 {
      let level = level(factor, index)
      sum += Float(counts[index]) * level * level
    }
    return sum
  }
}

/// Tells a new shot from movement by small luma pictures.
///
/// A cut changes the whole picture at once: the mean change of a thumbnail jumps above an absolute floor and far above
/// the change of the frames just before, so that steady motion, however fast, is not a cut.
struct SceneCutDetector {
  static let columns = 32
  static let rows = 18
  /// Mean change of a luma value (0…255) below which nothing is a cut.
  static let floor: Float = 16
  /// How many times the recent change a cut must reach.
  static let factor: Float = 3

  private var last: [UInt8] = []
  private var recent: Float = 0

  /// Whether a new shot starts with this thumbnail; true for the first.
  mutating func isCut(_ thumbnail: [UInt8]) -> Bool {
    defer { last = thumbnail }
    guard last.count == thumbnail.count, !thumbnail.isEmpty else {
      recent = 0
      return true
    }
    let sum = zip(last, thumbnail).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    let change = Float(sum) / Float(thumbnail.count)
    if change > SceneCutDetector.floor, change > SceneCutDetector.factor * recent {
      // Half of it is remembered for a while: movement as fast as this, or the way back from a flash, is no new cut.
      recent = change / 2
      return true
    }
    recent += (change - recent) * 0.3
    return false
  }

  mutating func reset() { self = SceneCutDetector() }
}

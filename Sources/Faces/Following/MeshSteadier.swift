import Imaging

/// Holds the mesh of a face that stands still, and does nothing to one that moves.
///
/// A soft dead band over the whole face: while the points lie, in the root mean square, within 0.6 % of the distance
/// between the eyes of where they were last shown, they follow by 15 % a frame; from twice that on they are shown as the
/// network gave them. The choice and its numbers: Documentation/steadiness.md. (A one-euro filter lags behind a moving
/// head by most of a frame, which looks like a mask that swims.)
struct MeshSteadier {
  /// In distances between the eyes.
  static let band: Float = 0.006
  static let leastShare: Float = 0.15
  private var shown: [Point3] = []

  mutating func steady(_ points: [Point3]) -> [Point3] {
    let unit = FaceTopology.eyeDistance(of: points)
    guard shown.count == points.count, unit > 0 else {
      shown = points
      return points
    }
    var sum: Float = 0
    for index in points.indices {
      let step = points[index] - shown[index]
      sum += step.x * step.x + step.y * step.y
    }
    let change = (sum / Float(points.count)).squareRoot() / unit
    let ramp = min(max(change / MeshSteadier.band - 1, 0), 1)
    let share = MeshSteadier.leastShare + (1 - MeshSteadier.leastShare) * ramp
    guard share < 1 else {
      shown = points
      return points
    }
    for index in points.indices { shown[index] += (points[index] - shown[index]) * share }
    return shown
  }
}

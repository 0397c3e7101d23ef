import Imaging

extension MeshCrop {
  /// The crop of the next frame: this one moved towards `goal`, a little where the face hardly moves and all the way
  /// where it does, so that the network sees nearly the same pixels again and answers nearly the same. Only fast faces
  /// are looked for ahead of where they were; slow ones would gain nothing but the noise of their motion.
  ///
  /// Measured (Documentation/steadiness.md): a third less flicker on still faces, a seventh on slow ones, none on fast.
  ///
  /// - Parameter motion: How far the face moved over the last frame.
  func eased(towards goal: MeshCrop, ahead motion: Point) -> MeshCrop {
    let side = max(goal.side, 1)
    let drift = goal.center - center
    let turn = MeshCrop.turn(from: roll, to: goal.roll)
    let speed = FaceTopology.length(motion) / side
    return MeshCrop(
      center: center + drift * Easing.share(FaceTopology.length(drift) / side / Easing.drift)
        + motion * min(max((speed - Easing.slow) / (Easing.fast - Easing.slow), 0), 1),
      side: self.side + (goal.side - self.side) * Easing.share(abs(goal.side / max(self.side, 1) - 1) / Easing.scale),
      roll: roll + turn * Easing.share(abs(turn) / Easing.turn))
  }

  private enum Easing {
    /// Changes from which the goal is taken as it is: of the middle and the side in sides, of the turn in radians.
    static let drift: Float = 0.005
    static let scale: Float = 0.0075
    static let turn: Float = 0.0075
    /// Share of the smallest changes.
    static let least: Float = 0.1
    /// Speeds in sides per frame between which looking ahead sets in.
    static let slow: Float = 0.06
    static let fast: Float = 0.12

    static func share(_ change: Float) -> Float { min(max(change, least), 1) }
  }

  /// Difference of two angles within ±π.
  static func turn(from: Float, to: Float) -> Float {
    let difference = (to - from).remainder(dividingBy: 2 * .pi)
    return difference.isFinite ? difference : .pi
  }
}

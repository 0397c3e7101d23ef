/// Which photo a face is made from, frame after frame: stays with one until another suits clearly better, then
/// cross-fades.
struct PhotoChoice: Sendable {
  /// Frames in which both photos are seen.
  static let fadeFrames = 4

  struct Result: Sendable, Equatable {
    var photo: Int
    var previous: Int?
    /// Weight of `photo`; 1 when alone.
    var share: Float
  }

  private var current: Int?
  private var previous: Int?
  private var step = 0

  /// The choice for the next frame.
  mutating func update(for pose: FacePose, from sources: SourceSet) -> Result {
    if previous != nil {
      step += 1
      if step > PhotoChoice.fadeFrames { previous = nil }
    }
    if previous == nil {
      let chosen = sources.choose(for: pose, current: current)
      if let current, current != chosen {
        previous = current
        step = 1
      }
      current = chosen
    }
    let share = previous == nil ? 1 : Float(step) / Float(PhotoChoice.fadeFrames + 1)
    return Result(photo: current ?? 0, previous: previous, share: share)
  }
}

import Faces

/// Which frames of a video are judged.
///
/// As the peer: those whose number the whole frames a second divide (vision.md §13). In addition the first of the range,
/// so that no video is too short; in clips of less than four such frames more of them, down to every frame; and one
/// frame in four of the peer's distances at a place that only the job knows, because whoever knows which frames are
/// looked at can put harmless pictures there.
struct ContentPlan: Sendable, Hashable {
  /// Frames that a short clip is judged by, if it has so many.
  static let least = 4
  /// Distances of judged frames that share one frame at a place of its own.
  static let group = 4

  let first: Int
  let count: Int?
  let step: Int
  private let seed: UInt64

  /// - Parameters:
  ///   - first: number of the first frame in the target.
  ///   - count: frames there will be, as far as known.
  ///   - seed: decides the places of the additional frames.
  init(first: Int, count: Int?, fps: Double, seed: UInt64) {
    self.first = first
    self.count = count
    self.seed = seed
    let usual = ContentSampling.step(fps: fps)
    step = count.map { max(min(usual, $0 / ContentPlan.least), 1) } ?? usual
  }

  func wants(_ index: Int) -> Bool {
    guard index > first else { return index == first }
    if index.isMultiple(of: step) { return true }
    let length = step * ContentPlan.group
    let start = (index - first) / length * length
    return index - first - start == place(inGroupAt: start, of: length)
  }

  /// The most frames that can be judged; nil where the number of frames is not known.
  var most: Int? {
    guard let count, count > 0 else { return nil }
    return count / step + 1 + count / (step * ContentPlan.group) + 2
  }

  /// Where in the group that begins so many frames after the first its additional frame lies: not on one of the peer's.
  /// The first group may be cut short by the end of the clip, and must not lose it to that: its lies before the end, or
  /// before the peer's second frame where the end is not known.
  private func place(inGroupAt start: Int, of length: Int) -> Int {
    let room = start == 0 ? min(length, max(count ?? step, 1)) : length
    let place = Int(ContentPlan.mixed(seed &+ UInt64(truncatingIfNeeded: start)) % UInt64(room))
    return (first + start + place).isMultiple(of: step) ? (place + 1) % room : place
  }

  /// SplitMix64: every bit of the result depends on every bit of the number.
  private static func mixed(_ number: UInt64) -> UInt64 {
    var value = number &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

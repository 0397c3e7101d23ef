public import Imaging
import Synchronization

/// When to ask the recogniser about a face of a video: asking costs 25 to 60 ms on one core, more than all the rest of a
/// frame.
///
/// Every face is asked about when it appears, once more soon after (the first look may have been a blurred or a turned
/// one), then once in so many frames: less than a millisecond a frame and face. Identities that come with the faces
/// anyway cost nothing; use all of those. May be used by all workers at once, with frames in any order.
public final class IdentitySampling: Sendable {
  /// Frames between two looks at one face.
  public static let usualPeriod = 60
  /// Frames from the first look at a face to the second.
  static let second = 8
  /// Frames for which a face without a track may be out of sight and is still taken for the same.
  static let patience = 5
  /// Overlap of two boxes in neighbouring frames that are one face.
  static let sameFace: Float = 0.4

  private struct Looks: Sendable {
    var last: Int
    var count = 1

    /// Counts a look if one is due.
    mutating func isDue(_ frame: Int, period: Int) -> Bool {
      let distance = count == 1 ? min(IdentitySampling.second, period) : period
      guard frame - last >= distance else { return false }
      last = frame
      count += 1
      return true
    }
  }

  /// A face without a track.
  private struct Place: Sendable {
    var box: Box
    var seen: Int
    var looks: Looks
  }

  private struct Memory: Sendable {
    var tracks: [Int: Looks] = [:]
    var places: [Place] = []
  }

  private let period: Int
  private let memory = Mutex(Memory())

  /// - Parameter period: frames between two looks at one face, at least 1.
  public init(period: Int = usualPeriod) {
    self.period = max(period, 1)
  }

  /// Whether to ask about this face in this frame. A yes counts as a look.
  ///
  /// - Parameters:
  ///   - track: of the face; nil where faces are not followed. Then it is known by its place in the frames before.
  ///   - box: in pixels of the target.
  ///   - frame: number of the frame in the target.
  public func isDue(track: Int?, box: Box, frame: Int) -> Bool {
    memory.withLock { memory in
      guard let track else { return isDue(&memory.places, box, frame) }
      guard var looks = memory.tracks[track] else {
        memory.tracks[track] = Looks(last: frame)
        return true
      }
      defer { memory.tracks[track] = looks }
      return looks.isDue(frame, period: period)
    }
  }

  private func isDue(_ places: inout [Place], _ box: Box, _ frame: Int) -> Bool {
    places.removeAll { frame - $0.seen > IdentitySampling.patience }
    let near = places.indices.filter { abs(frame - places[$0].seen) <= IdentitySampling.patience }
    let overlaps = near.map { (index: $0, overlap: places[$0].box.overlap(box)) }
    guard let best = overlaps.max(by: { $0.overlap < $1.overlap }), best.overlap > IdentitySampling.sameFace else {
      places.append(Place(box: box, seen: frame, looks: Looks(last: frame)))
      return true
    }
    if frame >= places[best.index].seen {
      places[best.index].box = box
      places[best.index].seen = frame
    }
    return places[best.index].looks.isDue(frame, period: period)
  }
}

/// Which packet to seek to so that decoding meets a frame of a given number; found from the packets' times alone.
struct TrimPlan: Equatable {
  /// Time of display of the frame asked for.
  var framePTS: Int64
  /// Where to seek: decoding time of the key packet.
  var seekTimestamp: Int64

  /// Collects packets until the frame's place in display order is certain.
  struct Scan {
    private let frame: Int
    private var times: [Int64] = []
    private var keys: [(pts: Int64, dts: Int64)] = []
    private(set) var isUnusable = false

    /// `frame` counts from 0 in order of display.
    init(frame: Int) {
      self.frame = frame
    }

    /// Takes the next packet in file order. True when enough were seen.
    mutating func add(pts: Int64?, dts: Int64?, isKey: Bool) -> Bool {
      guard let pts, let dts, pts >= dts else {
        isUnusable = true
        return true
      }
      times.append(pts)
      if isKey { keys.append((pts, dts)) }
      // Every later packet is shown at or after its decoding time, so `frame` + 1 times before it are final.
      guard times.count > frame, times.count.isMultiple(of: 16) else { return false }
      return times.lazy.filter { $0 < dts }.count > frame
    }

    /// The plan, or nil when the frame is not there or the times do not allow one.
    func plan() -> TrimPlan? {
      guard !isUnusable, times.count > frame else { return nil }
      let sorted = times.sorted()
      guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
      let wanted = sorted[frame]
      guard let key = keys.last(where: { $0.pts <= wanted }) else { return nil }
      return TrimPlan(framePTS: wanted, seekTimestamp: key.dts)
    }
  }
}

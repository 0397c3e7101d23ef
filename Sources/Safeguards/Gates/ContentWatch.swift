public import Imaging
import Synchronization

/// The content gate over the frames of one video, inside the one decode. May be used by all workers at once, with frames
/// in any order.
public final class ContentWatch: Sendable {
  private struct Tally: Sendable {
    var isStarted = false
    var judged = 0
    var flagged = 0
    var firstFlagged: Int?
  }

  private let gate: ContentGate
  private let name: String
  private let plan: ContentPlan
  private let tally = Mutex(Tally())

  init(gate: ContentGate, name: String, plan: ContentPlan) {
    self.gate = gate
    self.name = name
    self.plan = plan
  }

  /// Looks at the frame if it is one of those to be judged. To be called with every decoded frame, once.
  ///
  /// In mode `required` it throws as soon as nothing that is still to come can bring the share of flagged frames down to
  /// what is allowed.
  ///
  /// - Parameter index: number of the frame in the target.
  /// - Throws: ``SafeguardsError`` of code `content`; what the judge throws.
  public func check(_ frame: Frame, index: Int) throws {
    guard gate.policy.mode != .off, takes(index), let judgement = try gate.judge(frame) else { return }
    let now = tally.withLock { tally in
      tally.judged += 1
      if judgement.isFlagged {
        tally.flagged += 1
        tally.firstFlagged = min(tally.firstFlagged ?? index, index)
      }
      return tally
    }
    guard gate.policy.mode == .required, let most = plan.most, exceeds(now.flagged, of: max(most, now.judged)) else {
      return
    }
    try refuse(now)
  }

  /// To be called after the last frame, before the output gets its name.
  ///
  /// - Throws: ``SafeguardsError`` of code `content` when too large a share of the frames was flagged, or none was
  ///   looked at, in mode `required`.
  public func finish() throws {
    let end = tally.withLock { $0 }
    if exceeds(end.flagged, of: end.judged) { try refuse(end) }
    if end.judged == 0, gate.policy.mode == .required {
      throw SafeguardsError(.content, "No frame of '\(name)' reached the content gate.")
    }
  }

  /// The first frame that comes is judged whatever its number.
  private func takes(_ index: Int) -> Bool {
    tally.withLock { tally in
      defer { tally.isStarted = true }
      return !tally.isStarted || plan.wants(index)
    }
  }

  private func exceeds(_ flagged: Int, of judged: Int) -> Bool {
    flagged > 0 && Double(flagged) > gate.policy.share * Double(judged)
  }

  private func refuse(_ tally: Tally) throws {
    let place = tally.firstFlagged.map { ", the first is frame \($0)" } ?? ""
    try gate.refuse(
      "'\(name)' shows what the content gate does not let through in \(tally.flagged) of \(tally.judged) judged frames"
        + "\(place) (\(gate.highest))")
  }
}

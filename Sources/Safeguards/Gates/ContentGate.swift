public import Imaging
import Synchronization

/// The content gate of one job: every source picture, and the target. May be used by all workers at once; they wait for
/// each other only while one of them has a frame judged.
///
/// ```
/// let gate = ContentGate(policy: policy.content) { try ContentJudge(networks: networks, threshold: …) }
/// try gate.check(sourcePicture, name: "photo.jpg")
/// let watch = gate.watch("clip.mp4", first: 0, count: 240, fps: 24)
/// try watch.check(frame, index: 0)   // every frame; most are not looked at
/// try watch.finish()
/// ```
public final class ContentGate: Sendable {
  private struct Bench {
    var judge: (any ContentJudging)?
  }

  /// What was found so far.
  struct Findings: Sendable {
    var judged = 0
    var flagged = 0
    /// The largest measure of each model.
    var highest: [String: Double] = [:]
    /// The sentence about what is not let through; the first counts.
    var finding: String?
    /// Why nothing can be judged.
    var obstacle: String?
  }

  let policy: SafeguardPolicy.Content
  private let make: @Sendable () throws -> sending any ContentJudging
  private let bench = Mutex(Bench())
  private let findings = Mutex(Findings())

  /// - Parameter judge: makes the judge when the first frame is to be judged, or in ``prepare()``.
  public init(policy: SafeguardPolicy.Content, judge: @escaping @Sendable () throws -> sending any ContentJudging) {
    self.policy = policy
    make = judge
  }

  /// Makes the judge, so that the first frame does not have to wait for it. May be left out.
  ///
  /// - Throws: What making the judge throws, in mode `required`.
  public func prepare() throws {
    guard policy.mode != .off else { return }
    _ = try attempt { try bench.withLock { _ = try judge(&$0) } }
  }

  /// Judges a picture by itself: a source, or a target that is a picture.
  ///
  /// - Parameter name: for messages.
  /// - Throws: ``SafeguardsError`` of code `content` when it is flagged, in mode `required`; what the judge throws.
  public func check(_ picture: Frame, name: String) throws {
    guard let judgement = try judge(picture), judgement.isFlagged else { return }
    try refuse("'\(name)' shows what the content gate does not let through (\(describe(judgement.measures)))")
  }

  /// Watches over a video.
  ///
  /// - Parameters:
  ///   - name: for messages.
  ///   - first: number of the first frame that is decoded, in the target.
  ///   - count: frames that will be decoded, as far as known.
  ///   - fps: of the target.
  ///   - seed: decides which frames are judged besides the peer's. Anything that who made the video cannot know, or, for
  ///     runs that can be repeated, part of the file's digest.
  public func watch(
    _ name: String, first: Int, count: Int?, fps: Double, seed: UInt64 = .random(in: 0 ... .max)
  ) -> ContentWatch {
    ContentWatch(gate: self, name: name, plan: ContentPlan(first: first, count: count, fps: fps, seed: seed))
  }

  /// What the gate has found up to now; meaningful also after it has thrown.
  public var result: GateResult {
    guard policy.mode != .off else { return .off(.content) }
    let found = findings.withLock { $0 }
    var measures = ["judged": Double(found.judged), "flagged": Double(found.flagged)]
    for (model, value) in found.highest { measures["\(model)_highest"] = value }
    if let finding = found.finding {
      return GateResult(
        .content, policy.mode == .required ? .refused : .warned, reason: finding + ".", measures: measures)
    }
    if let obstacle = found.obstacle {
      return GateResult(.content, .notChecked, reason: obstacle, measures: measures)
    }
    guard found.judged > 0 else {
      return GateResult(.content, .notChecked, reason: "Nothing was judged.", measures: measures)
    }
    return GateResult(.content, .passed, measures: measures)
  }

  /// The judgement; nil where the policy has switched the gate off, or where it only warns and there is no judge.
  func judge(_ frame: Frame) throws -> ContentJudgement? {
    let isBlind = findings.withLock { $0.obstacle != nil }
    guard policy.mode == .required || (policy.mode == .warn && !isBlind) else { return nil }
    let judgement = try attempt { try bench.withLock { try judge(&$0).judge(frame) } }
    guard let judgement else { return nil }
    findings.withLock { found in
      found.judged += 1
      if judgement.isFlagged { found.flagged += 1 }
      found.highest.merge(judgement.measures, uniquingKeysWith: max)
    }
    return judgement
  }

  /// Ends the job in mode `required`; notes it in mode `warn`.
  func refuse(_ finding: String) throws {
    findings.withLock { $0.finding = $0.finding ?? finding }
    guard policy.mode == .required else { return }
    throw SafeguardsError(
      .content, finding + ".", hint: "The policy of this machine decides (Documentation/policy.md).")
  }

  /// The largest measures so far, in words.
  var highest: String { describe(findings.withLock { $0.highest }) }

  private func describe(_ measures: [String: Double]) -> String {
    measures.sorted { $0.key < $1.key }
      .map { "\($0.key) \(($0.value * 1000).rounded() / 1000)" }.joined(separator: ", ")
  }

  private func judge(_ bench: inout Bench) throws -> any ContentJudging {
    if let judge = bench.judge { return judge }
    let judge = try make()
    bench.judge = judge
    return judge
  }

  /// Nil for a failure that the policy only wants to be told of.
  private func attempt<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch {
      findings.withLock { $0.obstacle = $0.obstacle ?? "\(error)" }
      guard policy.mode == .required else { return nil }
      throw error
    }
  }
}

public import Faces
import ModelStore
import Synchronization

/// Keeps the faces of children out of a job. May be used by all workers at once.
///
/// Ages are guesses in classes of ten years. A class that begins below the policy's age counts as below it, so with the
/// usual 18 nobody of the class 10 to 19 is swapped. A followed face that looked too young once is not swapped for the
/// rest of its track.
public final class MinorGate: Sendable {
  private struct Findings: Sendable {
    var judged = 0
    var young = 0
    var unknown = 0
    var youngTracks: Set<Int> = []
    var youngSource: String?
  }

  private let policy: SafeguardPolicy.Minors
  private let hasClassifier: Bool
  private let findings = Mutex(Findings())

  /// - Parameter hasClassifier: whether somebody can tell ages, see ``classifier(_:)``.
  public init(policy: SafeguardPolicy.Minors, hasClassifier: Bool) {
    self.policy = policy
    self.hasClassifier = hasClassifier
  }

  /// The classifier of the published pack; nil where its model is not on this machine.
  ///
  /// - Throws: The model store's errors for a model that is damaged, and the session's.
  public static func classifier(_ networks: FaceNetworks) throws -> FairFaceClassifier? {
    do {
      return try networks.classifier()
    } catch let error as ModelStoreError where error.code == .modelMissing || error.code == .unknownModel {
      return nil
    }
  }

  /// Whether faces have to come with their traits.
  public var needsTraits: Bool { policy.mode != .off && hasClassifier }

  /// Whether somebody of this class of ages may be under an age.
  public static func isYoung(_ ages: Range<Int>, under age: Int) -> Bool { ages.lowerBound < age }

  /// Whether the face may be swapped. To be asked for every face that is about to be.
  ///
  /// - Parameters:
  ///   - traits: nil where the classifier was not asked; such a face is not swapped while there is a classifier.
  ///   - track: of the face; nil where faces are not followed.
  /// - Returns: false only in mode `required`.
  public func allows(_ traits: FaceTraits?, track: Int?) -> Bool {
    guard needsTraits else { return true }
    let isDoubtful = findings.withLock { found in
      guard let traits else {
        found.unknown += 1
        return true
      }
      found.judged += 1
      var isYoung = MinorGate.isYoung(traits.age, under: policy.age)
      if let track {
        if isYoung { found.youngTracks.insert(track) }
        isYoung = found.youngTracks.contains(track)
      }
      if isYoung { found.young += 1 }
      return isYoung
    }
    return !isDoubtful || policy.mode == .warn
  }

  /// Judges the face of a source. There is nothing to leave out here: a source that is too young ends the job.
  ///
  /// - Parameters:
  ///   - traits: nil where the classifier was not asked; counts as too young while there is a classifier.
  ///   - name: of the source, for messages.
  /// - Throws: ``SafeguardsError`` of code `minor`, in mode `required`.
  public func checkSource(_ traits: FaceTraits?, name: String) throws {
    guard needsTraits else { return }
    let isYoung = traits.map { MinorGate.isYoung($0.age, under: policy.age) } ?? true
    findings.withLock { found in
      found.judged += traits == nil ? 0 : 1
      guard isYoung else { return }
      if traits == nil { found.unknown += 1 } else { found.young += 1 }
      found.youngSource = found.youngSource ?? name
    }
    guard isYoung, policy.mode == .required else { return }
    throw SafeguardsError(
      .minor, "The face of the source '\(name)' may be that of somebody under \(policy.age).",
      hint: "The policy of this machine decides (Documentation/policy.md).")
  }

  /// What the gate has found up to now; meaningful also after it has thrown. In the target it refuses by leaving faces as
  /// they are, which does not end the job.
  public var result: GateResult {
    guard policy.mode != .off else { return .off(.minors) }
    guard hasClassifier else {
      return GateResult(
        .minors, .notChecked,
        reason: "No model that tells ages is on this machine; likeness models pull fairface fetches one.")
    }
    let found = findings.withLock { $0 }
    let measures = [
      "judged": Double(found.judged), "young": Double(found.young), "unknown": Double(found.unknown),
      "young_tracks": Double(found.youngTracks.count),
    ]
    guard found.judged + found.unknown > 0 else {
      return GateResult(.minors, .notChecked, reason: "No face was about to be swapped.", measures: measures)
    }
    guard found.young + found.unknown > 0 else { return GateResult(.minors, .passed, measures: measures) }
    if let source = found.youngSource {
      return GateResult(
        .minors, policy.mode == .required ? .refused : .warned,
        reason: "The face of the source '\(source)' may be that of somebody under \(policy.age).", measures: measures)
    }
    let what = policy.mode == .required ? "were left as they are" : "were swapped"
    return GateResult(
      .minors, policy.mode == .required ? .refused : .warned,
      reason: "Faces that may be of people under \(policy.age) \(what).", measures: measures)
  }
}

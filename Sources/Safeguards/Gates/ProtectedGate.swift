public import Faces
import Synchronization

/// Keeps protected people out of a job, as source and as target. May be used by all workers at once.
///
/// In mode `required` it fails closed: a registry that cannot be read, or a person whom the job's recogniser cannot
/// tell, ends the job before it begins.
public final class ProtectedGate: Sendable {
  /// Where a face was seen.
  public enum Place: Sendable, Hashable, CustomStringConvertible {
    /// The file of a source.
    case source(String)
    /// Number of the frame in the target; nil for a picture.
    case target(frame: Int?)

    public var description: String {
      switch self {
      case .source(let name): "the source '\(name)'"
      case .target(let frame?): "frame \(frame) of the target"
      case .target(nil): "the target"
      }
    }
  }

  private struct Findings: Sendable {
    var checked = 0
    var matched = 0
    var entry: Int64?
    var finding: String?
    var obstacle: String?
  }

  private let policy: SafeguardPolicy.Protected
  private let recognizer: FaceRecognizerModel
  private let matcher: ProtectedMatcher?
  private let findings = Mutex(Findings())

  /// Reads the registry.
  ///
  /// - Parameters:
  ///   - home: Likeness' folder; nil = the usual one.
  ///   - recognizer: whose numbers ``check(_:at:)`` is given.
  /// - Throws: ``SafeguardsError`` of code `storage` when the registry cannot be read, and `protected` when somebody in
  ///   it is unknown to the recogniser, both in mode `required`.
  public init(policy: SafeguardPolicy.Protected, home: String? = nil, recognizer: FaceRecognizerModel) throws {
    self.policy = policy
    self.recognizer = recognizer
    guard policy.mode != .off else {
      matcher = nil
      return
    }
    do {
      matcher = try ProtectedIdentities.matcher(policy, home: home)
    } catch {
      guard policy.mode == .warn else { throw error }
      matcher = nil
      findings.withLock { $0.obstacle = "\(error)" }
    }
    try checkStrangers()
  }

  private func checkStrangers() throws {
    guard let strangers = matcher?.strangers(to: recognizer), !strangers.isEmpty else { return }
    let obstacle = "The recogniser \(recognizer.rawValue) cannot tell the protected people \(strangers)"
    findings.withLock { $0.obstacle = obstacle + "." }
    guard policy.mode == .required else { return }
    throw SafeguardsError(
      .protected, obstacle + ".",
      hint: "Add them again with the models of \(recognizer.rawValue) on this machine, or choose another "
        + "--face-recognizer-model.")
  }

  /// Whether anybody's identity has to be known at all.
  public var isNeeded: Bool { matcher?.isEmpty == false }

  /// Looks for a face among the protected people.
  ///
  /// - Parameter embedding: from the gate's recogniser; of a target's face before it is swapped.
  /// - Throws: ``SafeguardsError`` of code `protected` when it is one of them, naming the entry, or when it cannot be
  ///   compared; both in mode `required`.
  public func check(_ embedding: Embedding, at place: Place) throws {
    guard let matcher, !matcher.isEmpty else { return }
    guard (try? ProtectedIdentities.Face(recognizer: recognizer, embedding: embedding).check()) != nil else {
      let obstacle = "A face of \(place) cannot be compared with the protected people"
      findings.withLock { $0.obstacle = $0.obstacle ?? obstacle + "." }
      guard policy.mode == .required else { return }
      throw SafeguardsError(.protected, obstacle + ".")
    }
    let match = matcher.nearest(to: embedding, recognizer: recognizer).flatMap { $0.isSame ? $0 : nil }
    let finding = match.map { "A face of \(place) is that of a protected person (entry \($0.id) of the registry)" }
    findings.withLock { found in
      found.checked += 1
      guard let match else { return }
      found.matched += 1
      found.entry = found.entry ?? match.id
      found.finding = found.finding ?? finding
    }
    guard let finding, policy.mode == .required else { return }
    throw SafeguardsError(
      .protected, finding + ".", hint: "Only who keeps the registry can change that: likeness protect list.")
  }

  /// What the gate has found up to now; meaningful also after it has thrown.
  public var result: GateResult {
    guard policy.mode != .off else { return .off(.protected) }
    let found = findings.withLock { $0 }
    var measures = [
      "checked": Double(found.checked), "matched": Double(found.matched), "people": Double(matcher?.count ?? 0),
    ]
    if let entry = found.entry { measures["entry"] = Double(entry) }
    if let finding = found.finding {
      return GateResult(
        .protected, policy.mode == .required ? .refused : .warned, reason: finding + ".", measures: measures)
    }
    if let obstacle = found.obstacle {
      return GateResult(.protected, .notChecked, reason: obstacle, measures: measures)
    }
    guard isNeeded else {
      return GateResult(.protected, .passed, reason: "Nobody is in the registry.", measures: measures)
    }
    guard found.checked > 0 else {
      return GateResult(.protected, .notChecked, reason: "No face was compared.", measures: measures)
    }
    return GateResult(.protected, .passed, measures: measures)
  }
}

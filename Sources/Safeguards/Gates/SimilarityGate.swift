public import Faces
import Synchronization

/// How alike source and target are, measured on the faces that are swapped. May be used by all workers at once.
public final class SimilarityGate: Sendable {
  /// What was measured on one face.
  public struct FaceSimilarity: Sendable, Hashable, Codable {
    /// The face's track; nil for all faces that are not followed.
    public let track: Int?
    public internal(set) var count: Int
    public internal(set) var minimum: Double
    public internal(set) var mean: Double
    public internal(set) var maximum: Double

    init(track: Int?, _ value: Double) {
      self.track = track
      count = 1
      (minimum, mean, maximum) = (value, value, value)
    }

    mutating func add(_ value: Double) {
      count += 1
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      mean += (value - mean) / Double(count)
    }
  }

  private struct Findings: Sendable {
    var faces: [Int?: FaceSimilarity] = [:]
    var refused = 0
    var finding: String?
    var obstacle: String?
  }

  private let policy: SafeguardPolicy.Similarity
  private let findings = Mutex(Findings())

  public init(policy: SafeguardPolicy.Similarity) { self.policy = policy }

  /// Whether faces are to be measured at all.
  public var isOn: Bool { policy.mode != .off }

  /// How alike two faces are, -1…1: the cosine for ArcFace's numbers. dlib's are not spread over the sphere, so that even
  /// strangers have a cosine above 0.8; for them it is one less the Euclidean distance, at least -1, which puts the
  /// border between one person and two (0.6) where ArcFace has it (0.4). See ``Embedding/matchDistance(to:)``.
  ///
  /// - Returns: nil for faces of two recognisers, and where a number is not finite.
  public static func similarity(_ one: Embedding, _ other: Embedding) -> Double? {
    guard one.isComparable(to: other) else { return nil }
    let value: Float
    switch one.measure {
    case .euclidean:
      let distance = one.euclideanDistance(to: other)
      value = distance.isFinite ? max(1 - distance, -1) : .nan
    case .cosine:
      func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      // The mean of several pictures is shorter than one.
      let lengths = (dot(one.normalized, one.normalized) * dot(other.normalized, other.normalized)).squareRoot()
      value = min(max(dot(one.normalized, other.normalized) / lengths, -1), 1)
    }
    return value.isFinite ? Double(value) : nil
  }

  /// Measures a face that is to be swapped.
  ///
  /// - Parameters:
  ///   - target: the face as it is before the swap, from the source's recogniser.
  ///   - track: of the face; nil where faces are not followed.
  ///   - frame: number of the frame in the target; nil for a picture.
  /// - Returns: the similarity; nil when the gate is off or the two cannot be compared.
  /// - Throws: ``SafeguardsError`` of code `similarity`, in mode `required`: too little or too much alike for the
  ///   policy, or not comparable.
  @discardableResult
  public func check(source: Embedding, target: Embedding, track: Int?, frame: Int?) throws -> Double? {
    guard isOn else { return nil }
    let place = frame.map { " of frame \($0)" } ?? ""
    guard let value = SimilarityGate.similarity(source, target) else {
      let obstacle =
        "A face\(place) cannot be compared with the source: \(source.values.count) numbers of "
        + "\(source.measure) against \(target.values.count) of \(target.measure)"
      findings.withLock { $0.obstacle = $0.obstacle ?? obstacle }
      guard policy.mode == .required else { return nil }
      throw SafeguardsError(.similarity, obstacle + ".")
    }
    let finding = refusal(of: value).map { "A face\(place) has the similarity \(rounded(value)) to the source, \($0)" }
    findings.withLock { found in
      if found.faces[track]?.add(value) == nil { found.faces[track] = FaceSimilarity(track: track, value) }
      if let finding {
        found.refused += 1
        found.finding = found.finding ?? finding
      }
    }
    if let finding, policy.mode == .required {
      throw SafeguardsError(
        .similarity, finding + ".", hint: "The policy of this machine decides (Documentation/policy.md).")
    }
    return value
  }

  /// What was measured, face by face, in the order of their tracks.
  public var faces: [FaceSimilarity] {
    findings.withLock { Array($0.faces.values) }.sorted { ($0.track ?? -1) < ($1.track ?? -1) }
  }

  /// What the gate has found up to now; meaningful also after it has thrown.
  public var result: GateResult {
    guard isOn else { return .off(.similarity) }
    let found = findings.withLock { $0 }
    guard var all = found.faces.values.first else {
      return GateResult(.similarity, .notChecked, reason: found.obstacle.map { $0 + "." } ?? "No face was measured.")
    }
    all = found.faces.values.dropFirst().reduce(into: all) { $0.merge($1) }
    let measures = [
      "measured": Double(all.count), "faces": Double(found.faces.count), "minimum": all.minimum, "mean": all.mean,
      "maximum": all.maximum, "outside": Double(found.refused),
    ]
    guard let finding = found.finding else { return GateResult(.similarity, .passed, measures: measures) }
    return GateResult(
      .similarity, policy.mode == .required ? .refused : .warned, reason: finding + ".", measures: measures)
  }

  private func refusal(of value: Double) -> String? {
    if let least = policy.minimum, value < least { return "the policy asks for at least \(least)" }
    if let most = policy.maximum, value > most { return "the policy allows at most \(most)" }
    return nil
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension SimilarityGate.FaceSimilarity {
  /// Adds what was measured on another face.
  fileprivate mutating func merge(_ other: Self) {
    let total = count + other.count
    mean = (mean * Double(count) + other.mean * Double(other.count)) / Double(total)
    count = total
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }
}

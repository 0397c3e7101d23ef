/// How close a result must come to the one measured (kinds of the parity kit).
public struct ParityTolerance: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Equal.
    case exact
    /// No absolute difference above `maxAbs`, and the mean at most `meanAbs` where given.
    case abs
    /// No difference above `maxAbs`, and at most `maxFractionDifferent` of the values differ at all.
    case u8
    /// The corners of the crop, mapped back through both matrices, are at most `maxCornerDistance` frame pixels apart.
    case warpMatrix = "warp_matrix"
  }

  public let kind: Kind
  public let maxAbs: Double?
  public let meanAbs: Double?
  public let maxFractionDifferent: Double?
  public let maxCornerDistance: Double?

  enum CodingKeys: String, CodingKey {
    case kind
    case maxAbs = "max_abs"
    case meanAbs = "mean_abs"
    case maxFractionDifferent = "max_fraction_different"
    case maxCornerDistance = "max_corner_distance"
  }

  public init(
    kind: Kind, maxAbs: Double? = nil, meanAbs: Double? = nil, maxFractionDifferent: Double? = nil,
    maxCornerDistance: Double? = nil
  ) {
    self.kind = kind
    self.maxAbs = maxAbs
    self.meanAbs = meanAbs
    self.maxFractionDifferent = maxFractionDifferent
    self.maxCornerDistance = maxCornerDistance
  }

  public static let exact = ParityTolerance(kind: .exact)

  /// What a difference breaks, in words; empty when it is within.
  func complaints(_ difference: Difference) -> [String] {
    var complaints: [String] = []
    func limit(_ name: String, _ value: Double, _ limit: Double?) {
      if let limit, !(value <= limit) { complaints.append("\(name) \(value) > \(limit)") }
    }
    switch kind {
    case .exact: limit("max", difference.maximum, 0)
    case .abs, .u8:
      limit("max", difference.maximum, maxAbs ?? 0)
      limit("mean", difference.mean, meanAbs)
      limit("fraction different", difference.fractionDifferent, maxFractionDifferent)
    case .warpMatrix: limit("corner distance", difference.maximum, maxCornerDistance ?? 0)
    }
    return complaints
  }
}

/// The outcome for one array or value.
public struct ParityResult: Sendable, CustomStringConvertible {
  public let name: String
  public let difference: Difference
  /// Empty when the result is within the tolerance.
  public let complaints: [String]

  public var passed: Bool { complaints.isEmpty }

  public var description: String {
    "\(passed ? "ok  " : "FAIL") \(name): \(difference)" + (passed ? "" : " (\(complaints.joined(separator: "; ")))")
  }
}

/// Who a face belongs to, as numbers: 128 from the open pack's recogniser, 512 from the published one.
public struct Embedding: Sendable, Equatable {
  /// How the faces of one recogniser are compared.
  public enum Measure: Sendable, Hashable {
    /// Half the Euclidean distance of the numbers (dlib).
    case euclidean
    /// Half the cosine distance (ArcFace; vision.md §11.2).
    case cosine
  }

  /// The network's numbers.
  public let values: [Float]
  /// `values` divided by their Euclidean length. A mean's are the mean of the members', not divided again
  /// (the peer's rule, vision.md §9).
  public let normalized: [Float]
  public let measure: Measure

  public init(_ values: [Float], measure: Measure = .euclidean) {
    self.init(values: values, normalized: Embedding.scaled(values), measure: measure)
  }

  /// An identity whose both forms are known.
  public init(values: [Float], normalized: [Float], measure: Measure) {
    self.values = values
    self.normalized = normalized
    self.measure = measure
  }

  private static func scaled(_ values: [Float]) -> [Float] {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? values.map { $0 / length } : values
  }

  /// The identity of several pictures of one person: the arithmetic means. Nil for no members; members of another
  /// recogniser than the first are left out.
  public static func mean(of members: [Embedding]) -> Embedding? {
    guard let first = members.first else { return nil }
    let count = first.values.count
    let usable = members.filter { $0.isComparable(to: first) }
    func mean(_ part: (Embedding) -> [Float]) -> [Float] {
      var sum = [Float](repeating: 0, count: count)
      for member in usable {
        for (index, value) in part(member).enumerated() { sum[index] += value }
      }
      return sum.map { $0 / Float(usable.count) }
    }
    return Embedding(values: mean(\.values), normalized: mean(\.normalized), measure: first.measure)
  }

  /// Whether both come from the same kind of recogniser.
  public func isComparable(to other: Embedding) -> Bool {
    measure == other.measure && values.count == other.values.count
  }

  /// Euclidean distance of the network's numbers; infinite for vectors of different lengths.
  public func euclideanDistance(to other: Embedding) -> Float {
    guard values.count == other.values.count else { return .infinity }
    return zip(values, other.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// Half the cosine distance, 0…1: the peer's measure (vision.md §11.2); 1 for vectors of different lengths.
  public func halfCosineDistance(to other: Embedding) -> Float {
    guard normalized.count == other.normalized.count else { return 1 }
    let dot = zip(normalized, other.normalized).reduce(0) { $0 + $1.0 * $1.1 }
    return min(max((1 - dot) / 2, 0), 1)
  }

  /// The value that `--reference-face-distance` is compared with, 0…1; 1 for faces of two recognisers.
  ///
  /// For ArcFace half the cosine distance. For dlib half the Euclidean distance: its recogniser was trained so that two
  /// pictures of one person are closer than 0.6, which makes the option's usual 0.3 exactly that rule. Its vectors are
  /// not spread over the sphere as ArcFace's are, so half the cosine distance stays below 0.1 even between strangers
  /// and cannot use the option's scale.
  public func matchDistance(to other: Embedding) -> Float {
    guard isComparable(to: other) else { return 1 }
    return measure == .cosine ? halfCosineDistance(to: other) : min(euclideanDistance(to: other) / 2, 1)
  }
}

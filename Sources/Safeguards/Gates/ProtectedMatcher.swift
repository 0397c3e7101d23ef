public import Faces

/// Who of the protected people a face is. A value; read once a job.
public struct ProtectedMatcher: Sendable {
  /// One photo of one person as one recogniser sees it.
  struct Member: Sendable {
    let id: Int64
    let recognizer: FaceRecognizerModel
    let embedding: Embedding
  }

  /// The protected person nearest to a face.
  public struct Match: Sendable, Hashable {
    /// Of the entry in the registry.
    public let id: Int64
    /// 0…1, see ``Embedding/matchDistance(to:)``.
    public let distance: Double
    /// Whether that is near enough to be the same person.
    public let isSame: Bool
  }

  private let members: [Member]
  private let distance: Double

  /// - Parameter distance: two faces nearer than this are one person's.
  init(members: [Member], distance: Double) {
    self.members = members
    self.distance = distance
  }

  /// Whether nobody is protected, so that nobody's identity is needed.
  public var isEmpty: Bool { members.isEmpty }

  /// How many people are protected.
  public var count: Int { Set(members.map(\.id)).count }

  /// The people whom this recogniser cannot tell, because it was not asked about any of their photos.
  public func strangers(to recognizer: FaceRecognizerModel) -> [Int64] {
    let known = Set(members.lazy.filter { $0.recognizer == recognizer }.map(\.id))
    return Set(members.map(\.id)).subtracting(known).sorted()
  }

  /// The person nearest to a face among those the recogniser knows; nil when it knows nobody.
  public func nearest(to face: Embedding, recognizer: FaceRecognizerModel) -> Match? {
    var best: (id: Int64, distance: Float)?
    for member in members where member.recognizer == recognizer {
      let distance = face.matchDistance(to: member.embedding)
      if best.map({ distance < $0.distance }) ?? true { best = (member.id, distance) }
    }
    return best.map {
      Match(id: $0.id, distance: Double($0.distance), isSame: Double($0.distance) < distance)
    }
  }
}

import Imaging

/// Picks the faces to work on (vision.md §11). Immutable, may be shared by workers.
public struct FaceSelector: Sendable {
  public let options: FaceSelectorOptions
  /// The reference identity; needed in mode `reference` only.
  public let reference: Embedding?

  public init(options: FaceSelectorOptions, reference: Embedding? = nil) {
    self.options = options
    self.reference = reference
  }

  /// Whether faces need an ``Embedding`` before ``select(from:)``.
  public var needsIdentity: Bool { options.mode == .reference }

  /// The faces to work on. In mode `reference` all that match, in the order given; a face without an identity does not
  /// match.
  public func select(from faces: [Face]) -> [Face] {
    switch options.mode {
    case .many: return FaceSelector.sorted(faces, by: options.order)
    case .one: return Array(FaceSelector.sorted(faces, by: options.order).prefix(1))
    case .reference: return faces.filter(matches)
    }
  }

  /// Whether the face is the reference person: distance strictly below the option.
  public func matches(_ face: Face) -> Bool {
    guard let reference, let embedding = face.embedding else { return false }
    return embedding.matchDistance(to: reference) < options.referenceDistance
  }

  /// The face of the reference frame that the options point at; nil for no faces.
  public static func reference(among faces: [Face], options: FaceSelectorOptions) -> Face? {
    let ranked = sorted(faces, by: options.order)
    guard !ranked.isEmpty else { return nil }
    return ranked[min(max(options.referencePosition, 0), ranked.count - 1)]
  }

  /// Stable sort.
  public static func sorted(_ faces: [Face], by order: FaceSelectorOrder) -> [Face] {
    func ranked(_ key: (Face) -> Float, descending: Bool = false) -> [Face] {
      let sign: Float = descending ? -1 : 1
      return faces.enumerated()
        .map { (rank: sign * key($0.element), index: $0.offset) }
        .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
        .map { faces[$0.index] }
    }
    switch order {
    case .leftRight: return ranked(\.box.x1)
    case .rightLeft: return ranked(\.box.x1, descending: true)
    case .topBottom: return ranked(\.box.y1)
    case .bottomTop: return ranked(\.box.y1, descending: true)
    case .smallLarge: return ranked(\.box.area)
    case .largeSmall: return ranked(\.box.area, descending: true)
    case .bestWorst: return ranked(\.detectorScore, descending: true)
    case .worstBest: return ranked(\.detectorScore)
    }
  }
}

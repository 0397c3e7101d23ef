import Imaging

/// Picks the faces to work on (vision.md §11). Immutable, may be shared by workers.
public struct FaceSelector: Sendable {
  public let options: FaceSelectorOptions
  /// The reference identity; needed in mode `reference` only.
  public let reference: Embedding?
  /// What `auto` stands for in the filters: the traits of the largest source face; nil = no such filter.
  public let source: FaceTraits?

  public init(options: FaceSelectorOptions, reference: Embedding? = nil, source: FaceTraits? = nil) {
    self.options = options
    self.reference = reference
    self.source = source
  }

  /// Whether faces need an ``Embedding`` before ``select(from:)``.
  public var needsIdentity: Bool { options.mode == .reference }

  /// The faces to work on. In mode `reference` all that match, in the order given and whatever their traits: the
  /// filters then choose the reference face only (vision.md §36, 9). A face without an identity does not match.
  public func select(from faces: [Face]) -> [Face] {
    switch options.mode {
    case .many: return FaceSelector.ranked(faces, options: options, source: source)
    case .one: return Array(FaceSelector.ranked(faces, options: options, source: source).prefix(1))
    case .reference: return faces.filter(matches)
    }
  }

  /// Whether the face is the reference person: distance strictly below the option.
  public func matches(_ face: Face) -> Bool {
    guard let reference, let embedding = face.embedding else { return false }
    return embedding.matchDistance(to: reference) < options.referenceDistance
  }

  /// The face of the reference frame that the options point at, among those that pass the filters; nil for no faces.
  public static func reference(
    among faces: [Face], options: FaceSelectorOptions, source: FaceTraits? = nil
  ) -> Face? {
    face(at: options.referencePosition, of: ranked(faces, options: options, source: source))
  }

  /// The face at a position; too large means the last, negative the first. Nil for no faces (vision.md §9).
  public static func face(at position: Int, of faces: [Face]) -> Face? {
    faces.isEmpty ? nil : faces[min(max(position, 0), faces.count - 1)]
  }

  /// The traits that `auto` takes: those of the largest source face.
  public static func sourceTraits(of faces: [Face]) -> FaceTraits? { sorted(faces, by: .largeSmall).first?.traits }

  /// The faces in the chosen order, those that pass the filters (vision.md §11.3).
  public static func ranked(_ faces: [Face], options: FaceSelectorOptions, source: FaceTraits? = nil) -> [Face] {
    sorted(faces, by: options.order).filter { options.keeps($0, source: source) }
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

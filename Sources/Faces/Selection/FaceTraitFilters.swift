/// `--face-selector-gender`.
public enum FaceGenderFilter: String, Sendable, Hashable, CaseIterable {
  /// That of the largest source face; without a source face no filter.
  case auto
  case female
  case male
}

/// `--face-selector-race`.
public enum FaceRaceFilter: String, Sendable, Hashable, CaseIterable {
  /// That of the largest source face; without a source face no filter.
  case auto
  case white
  case black
  case latino
  case asian
  case indian
  case arabic
}

extension FaceSelectorOptions {
  /// Whether faces need ``FaceTraits`` before they are filtered.
  public var needsTraits: Bool { gender != nil || race != nil || ages != nil }

  /// Whether the traits of the largest source face are needed.
  public var needsSourceTraits: Bool { gender == .auto || race == .auto }

  /// The years that are kept, the end not included; nil = all.
  ///
  /// As with the peer, nothing is filtered when neither bound is above 0. The peer fails when only one bound is given
  /// (vision.md §36, 10); here the missing start is 0 and the missing end is open.
  public var ages: Range<Int>? {
    guard (ageStart ?? 0) != 0 || (ageEnd ?? 0) != 0 else { return nil }
    let start = ageStart ?? 0
    return start..<max(ageEnd ?? Int.max, start)
  }

  /// Whether a face passes gender, race and age (vision.md §11.3). A face without traits passes no filter.
  ///
  /// - Parameter source: What `auto` stands for: the traits of the largest source face, nil without one.
  public func keeps(_ face: Face, source: FaceTraits?) -> Bool {
    let wantedGender = gender == .auto ? source?.gender : gender.flatMap { FaceTraits.Gender(rawValue: $0.rawValue) }
    let wantedRace = race == .auto ? source?.race : race.flatMap { FaceTraits.Race(rawValue: $0.rawValue) }
    if let wantedGender, face.traits?.gender != wantedGender { return false }
    if let wantedRace, face.traits?.race != wantedRace { return false }
    if let ages { return face.traits?.age.overlaps(ages) ?? false }
    return true
  }
}

/// Which faces of a frame are worked on.
public enum FaceSelectorMode: String, Sendable, Hashable, CaseIterable {
  /// All of them.
  case many
  /// The first in the chosen order.
  case one
  /// Those that look like the reference face.
  case reference
}

/// How faces are ranked. Positions are those of the boxes' left and top edges.
public enum FaceSelectorOrder: String, Sendable, Hashable, CaseIterable {
  case leftRight = "left-right"
  case rightLeft = "right-left"
  case topBottom = "top-bottom"
  case bottomTop = "bottom-top"
  case smallLarge = "small-large"
  case largeSmall = "large-small"
  case bestWorst = "best-worst"
  case worstBest = "worst-best"
}

/// Options of the selector; names and defaults are the peer's.
public struct FaceSelectorOptions: Sendable, Hashable {
  /// `--face-selector-mode`.
  public var mode: FaceSelectorMode
  /// `--face-selector-order`.
  public var order: FaceSelectorOrder
  /// `--face-selector-gender`; nil = all.
  public var gender: FaceGenderFilter?
  /// `--face-selector-race`; nil = all.
  public var race: FaceRaceFilter?
  /// `--face-selector-age-start`, 0…100 years; nil = from 0.
  public var ageStart: Int?
  /// `--face-selector-age-end`, 0…100 years, not included; nil = open.
  public var ageEnd: Int?
  /// `--reference-face-position`: which face of the reference frame, counted in the chosen order; too large means the
  /// last.
  public var referencePosition: Int
  /// `--reference-face-distance`, 0…1: a face matches when ``Embedding/matchDistance(to:)`` is below it.
  public var referenceDistance: Float
  /// `--reference-frame-number`: frame of the target that shows the reference face.
  public var referenceFrameNumber: Int

  public init(
    mode: FaceSelectorMode = .reference, order: FaceSelectorOrder = .largeSmall,
    gender: FaceGenderFilter? = nil, race: FaceRaceFilter? = nil, ageStart: Int? = nil, ageEnd: Int? = nil,
    referencePosition: Int = 0, referenceDistance: Float = 0.3, referenceFrameNumber: Int = 0
  ) {
    self.mode = mode
    self.order = order
    self.gender = gender
    self.race = race
    self.ageStart = ageStart
    self.ageEnd = ageEnd
    self.referencePosition = referencePosition
    self.referenceDistance = referenceDistance
    self.referenceFrameNumber = referenceFrameNumber
  }

  public static let ageRange = 0...100

  /// - Throws: ``FacesError`` of code `invalidOption` naming the value outside its range.
  public func validate() throws {
    func check(_ holds: Bool, _ message: String, _ hint: String) throws {
      guard !holds else { return }
      throw FacesError(code: .invalidOption, message: message, hint: hint)
    }
    try check(
      (0...1).contains(referenceDistance), "--reference-face-distance is \(referenceDistance).", "Allowed: 0 to 1.")
    try check(
      referenceFrameNumber >= 0, "--reference-frame-number is \(referenceFrameNumber).", "Allowed: 0 and above.")
    for (name, age) in [("start", ageStart), ("end", ageEnd)] {
      guard let age else { continue }
      try check(
        FaceSelectorOptions.ageRange.contains(age), "--face-selector-age-\(name) is \(age).", "Allowed: 0 to 100.")
    }
    if let ages {
      try check(
        !ages.isEmpty, "--face-selector-age-start \(ages.lowerBound) leaves no age below --face-selector-age-end.",
        "The end is not included.")
    }
  }
}

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
  /// `--reference-face-position`: which face of the reference frame, counted in the chosen order; too large means the
  /// last.
  public var referencePosition: Int
  /// `--reference-face-distance`, 0…1: a face matches when ``Embedding/matchDistance(to:)`` is below it.
  public var referenceDistance: Float
  /// `--reference-frame-number`: frame of the target that shows the reference face.
  public var referenceFrameNumber: Int

  public init(
    mode: FaceSelectorMode = .reference, order: FaceSelectorOrder = .largeSmall, referencePosition: Int = 0,
    referenceDistance: Float = 0.3, referenceFrameNumber: Int = 0
  ) {
    self.mode = mode
    self.order = order
    self.referencePosition = referencePosition
    self.referenceDistance = referenceDistance
    self.referenceFrameNumber = referenceFrameNumber
  }

  /// - Throws: ``FacesError`` of code `invalidOption` naming the value outside its range.
  public func validate() throws {
    guard (0...1).contains(referenceDistance) else {
      throw FacesError(
        code: .invalidOption, message: "--reference-face-distance is \(referenceDistance).", hint: "Allowed: 0 to 1.")
    }
    guard referenceFrameNumber >= 0 else {
      throw FacesError(
        code: .invalidOption, message: "--reference-frame-number is \(referenceFrameNumber).",
        hint: "Allowed: 0 and above.")
    }
  }
}

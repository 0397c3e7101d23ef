/// What the user may choose about the mesh swapper.
public struct SwapOptions: Sendable, Equatable {
  /// Whose eye openings are shown.
  public enum Eyes: String, Sendable, CaseIterable {
    case source
    case target
  }

  /// How far the form follows the source: 0 keeps the target's, 1 takes the source's.
  public var weight: Float
  public var eyes: Eyes

  public init(weight: Float = 0.5, eyes: Eyes = .source) {
    self.weight = weight
    self.eyes = eyes
  }

  /// - Throws: ``ProcessorsError`` (`option`) for a weight outside 0…1.
  public func checked() throws -> SwapOptions {
    guard (0...1).contains(weight) else {
      throw ProcessorsError(.option, "The face swapper's weight \(weight) is not between 0 and 1.")
    }
    return self
  }
}

/// What has to be said about a network before it can be made ready on a card.
public struct CardForm: Sendable, Hashable {
  /// Shapes by name, beginning with 1, of the inputs and outputs that the model leaves open.
  public var shapes: [String: [Int]]
  /// Most requests leave their outputs on the card: batch sizes are measured that way. Of all who ask for a network, the
  /// first decides.
  public var outputsOnCard: Bool

  public init(shapes: [String: [Int]] = [:], outputsOnCard: Bool = false) {
    self.shapes = shapes
    self.outputsOnCard = outputsOnCard
  }
}

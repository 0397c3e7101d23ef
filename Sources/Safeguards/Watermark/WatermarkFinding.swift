/// What a detector says about the frames it was given.
public struct WatermarkFinding: Sendable, Codable, Hashable {
  public enum Outcome: String, Sendable, Codable {
    case found
    /// No mark of this key could be read: there is none, or it was destroyed.
    case notFound
    /// The picture is less than ``WatermarkDetector/leastSide`` pixels wide or high: nothing can be said.
    case tooSmall
    case noFrames
  }

  public var outcome: Outcome
  public var id: WatermarkID?
  /// log10 of an upper bound of the probability that any picture without this key's mark gives an id (-9 or less when
  /// there is one); 0 without an id.
  public var confidence: Double
  /// How many frames were looked at.
  public var frames: Int
  /// Size of the found tile in pixels of the frame, across and down.
  public var period: [Double]?
  /// Whether the picture was mirrored or turned by quarters since it was marked.
  public var isTurned: Bool?
}

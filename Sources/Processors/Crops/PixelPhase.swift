/// Every `step`-th pixel of every `step`-th row of a crop: one of the interleaved pictures of a pixel boost
/// (vision.md §18), or with a step of 1 the whole crop.
public struct PixelPhase: Sendable, Hashable {
  /// First column and row.
  public let column: Int
  public let row: Int
  public let step: Int

  public init(column: Int, row: Int, step: Int) {
    precondition(step > 0 && (0..<step).contains(column) && (0..<step).contains(row), "a phase lies within its step")
    self.column = column
    self.row = row
    self.step = step
  }

  /// The picture number `index` of `step` · `step`: rows first, as the peer counts.
  public init(index: Int, step: Int) {
    self.init(column: index % step, row: index / step, step: step)
  }

  public static let whole = PixelPhase(column: 0, row: 0, step: 1)
}

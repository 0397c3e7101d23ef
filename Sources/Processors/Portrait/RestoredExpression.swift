/// Which parts of a face get their expression back (`--expression-restorer-areas`).
public enum ExpressionArea: String, Sendable, Hashable, CaseIterable {
  case upperFace = "upper-face"
  case lowerFace = "lower-face"

  /// The points of an expression that belong to the area (vision.md §24). 0, 4, 5, 8 and 9 belong to none and are
  /// never restored.
  public var points: [Int] {
    switch self {
    case .upperFace: [1, 2, 6, 10, 11, 12, 13, 15, 16]
    case .lowerFace: [3, 7, 14, 17, 18, 19, 20]
    }
  }
}

/// What the expression restorer is to do.
public struct ExpressionRestorerOptions: Sendable, Equatable {
  /// `--expression-restorer-factor`, 0…100: how much of the target's expression is shown; 100 exaggerates it by 1.2.
  public var factor: Double
  /// `--expression-restorer-areas`.
  public var areas: Set<ExpressionArea>

  public init(factor: Double = 80, areas: Set<ExpressionArea> = Set(ExpressionArea.allCases)) {
    self.factor = factor
    self.areas = areas
  }

  /// The options `expression_restorer_…`; what is not set has its default.
  public init(_ options: any OptionReading) {
    let names = options.strings("expression_restorer_areas").compactMap(ExpressionArea.init)
    self.init(
      factor: options.number("expression_restorer_factor") ?? 80,
      areas: names.isEmpty ? Set(ExpressionArea.allCases) : Set(names))
  }

  /// The share of the target's expression, 0…1.2.
  public var share: Double { min(max(factor, 0), 100) / 100 * 1.2 }

  /// The working frame's expression with the target's own put back, within what faces do (vision.md §24).
  public func restored(_ working: PortraitExpression, from target: PortraitExpression) -> PortraitExpression {
    var wanted = working
    for point in areas.flatMap(\.points) { wanted.offsets[point] = target.offsets[point] }
    return wanted.mixed(with: working, share: Float(share)).limited()
  }
}

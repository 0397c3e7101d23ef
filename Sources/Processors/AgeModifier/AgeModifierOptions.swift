/// Networks that change a face's age (models.md §4.5).
public enum AgeModifierModel: String, Sendable, Hashable, CaseIterable {
  case fran
  case styleganex = "styleganex_age"
}

/// What the age modifier is to do.
public struct AgeModifierOptions: Sendable, Equatable {
  /// `--age-modifier-model`.
  public var model: AgeModifierModel
  /// `--age-modifier-direction`, −100…100: below 0 younger, above 0 older. With ``AgeModifierModel/fran`` it is years.
  public var direction: Double

  public init(model: AgeModifierModel = .fran, direction: Double = 0) {
    self.model = model
    self.direction = direction
  }

  /// The options `age_modifier_…`; what is not set has its default.
  public init(_ options: any OptionReading) {
    self.init(
      model: options.string("age_modifier_model").flatMap(AgeModifierModel.init) ?? .fran,
      direction: options.number("age_modifier_direction") ?? 0)
  }

  /// What fran takes: the present and the wanted age by 100, each 0…1 (vision.md §22).
  ///
  /// - Parameter age: Years, the end not included; the mean of its whole numbers counts.
  public func ages(of age: Range<Int>) -> [Float] {
    let present = Double(age.lowerBound + max(age.upperBound - 1, age.lowerBound)) / 2
    return [present, present + direction].map { Float(min(max($0 / 100, 0), 1)) }
  }

  /// What styleganex_age takes: 2.5 for the youngest, −2.5 for the oldest (vision.md §22).
  public var shift: Float { Float(-2.5 * min(max(direction, -100), 100) / 100) }
}

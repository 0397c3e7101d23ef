import Faces

extension ProcessorKind {
  /// Makes faces younger or older.
  public static let ageModifier = ProcessorKind(
    "age_modifier", title: "Age modifier",
    options: [
      OptionSpec(
        "age-modifier-model", section: "processors", .choice(AgeModifierModel.allCases.map(\.rawValue)),
        default: AgeModifierModel.fran.rawValue, help: "Network that changes the age."),
      OptionSpec(
        "age-modifier-direction", section: "processors", .integer(-100...100), default: "0",
        help: "Below 0 younger, above 0 older. fran adds it to the guessed age in years."),
    ],
    needs: { AgeModifierOptions($0).model == .fran ? [.faces, .traits] : .faces },
    makePlan: { context in
      .picture(
        AgeModifierPlan(
          options: AgeModifierOptions(context.options), masks: FaceMaskOptions(context.options),
          networks: context.networks))
    })
}

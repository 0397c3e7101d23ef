import Faces

extension ProcessorKind {
  /// Gives changed faces the target's expression back.
  public static let expressionRestorer = ProcessorKind(
    "expression_restorer", title: "Expression restorer",
    options: [
      OptionSpec(
        "expression-restorer-model", section: "processors", .choice(["live_portrait"]), default: "live_portrait",
        help: "Networks that see and draw the expression."),
      OptionSpec(
        "expression-restorer-factor", section: "processors", .integer(0...100), default: "80",
        help: "How much of the target's own expression is shown; 100 exaggerates it."),
      OptionSpec(
        "expression-restorer-areas", section: "processors", .choices(ExpressionArea.allCases.map(\.rawValue)),
        default: ExpressionArea.allCases.map(\.rawValue).joined(separator: " "), help: "Parts of the face to restore."),
    ],
    needs: { _ in .faces },
    makePlan: { context in
      .picture(
        ExpressionRestorerPlan(
          options: ExpressionRestorerOptions(context.options), masks: FaceMaskOptions(context.options),
          networks: context.networks))
    })
}

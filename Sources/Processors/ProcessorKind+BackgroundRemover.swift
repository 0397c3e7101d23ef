extension ProcessorKind {
  /// Makes the background transparent, or paints it.
  public static let backgroundRemover = ProcessorKind(
    "background_remover", title: "Background remover",
    options: [
      OptionSpec(
        "background-remover-model", section: "processors", .choice(BackgroundModel.all.map(\.name)),
        default: BackgroundModel.defaultName,
        help: "Network that finds the subject. corridor_key is made for green screens. Published models under their "
          + "own licences."),
      OptionSpec(
        "background-remover-fill-color", section: "processors", .color, default: "0 0 0 0",
        help: "Colour painted behind the subject: red, green, blue and how strongly (0 paints nothing)."),
      OptionSpec(
        "background-remover-despill-color", section: "processors", .color, default: "0 0 0 0",
        help: "Colour whose cast is taken out of the subject, such as that of a green screen; the last number is how "
          + "strongly."),
    ],
    needs: { _ in [] },
    makePlan: { context in
      func color(_ key: String) -> BackgroundColor { BackgroundColor(context.options.integers(key)) ?? .clear }
      return .picture(
        BackgroundRemoverPlan(
          model: try .named(context.options.string("background_remover_model") ?? BackgroundModel.defaultName),
          fill: color("background_remover_fill_color"), despill: color("background_remover_despill_color"),
          networks: context.networks))
    })
}

import Faces

extension ProcessorKind {
  /// Puts the one face that a model knows in place of the chosen ones.
  public static let deepSwapper = ProcessorKind(
    "deep_swapper", title: "Deep swapper",
    options: [
      OptionSpec(
        "deep-swapper-model", section: "processors", .word, default: DeepSwapperModel.fallback,
        help: "Model, vendor/name; custom/name is a file name.dfm or name.onnx of your own."),
      OptionSpec(
        "deep-swapper-morph", section: "processors", .integer(0...100), default: "100",
        help: "How far towards the model's face; only some models have it."),
    ],
    needs: { _ in .faces },
    makePlan: { context in
      .picture(
        DeepSwapperPlan(
          options: try DeepSwapperOptions(context.options), masks: FaceMaskOptions(context.options),
          networks: context.networks))
    })
}

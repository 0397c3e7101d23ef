extension ProcessorKind {
  /// Enlarges frames.
  public static let frameEnhancer = ProcessorKind(
    "frame_enhancer", title: "Frame enhancer",
    options: [
      OptionSpec(
        "frame-enhancer-model", section: "processors", .choice(FrameEnhancerModel.all.map(\.name)),
        default: FrameEnhancerModel.defaultName,
        help: "Network that enlarges the frame; the end of its name says by how much. realesrgan-x4plus is open "
          + "(BSD-3-Clause), the others are published models under their own licences."),
      OptionSpec(
        "frame-enhancer-blend", section: "processors", .integer(0...100), default: "80",
        help: "Percent of the network's picture in the result; the rest is a plain enlargement."),
    ],
    needs: { _ in [] },
    makePlan: { context in
      let options = context.options
      return .picture(
        try FrameEnhancer(
          model: .named(options.string("frame_enhancer_model") ?? FrameEnhancerModel.defaultName),
          blend: options.integer("frame_enhancer_blend") ?? 80, networks: context.networks))
    })
}

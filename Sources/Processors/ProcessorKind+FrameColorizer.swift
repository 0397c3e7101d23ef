extension ProcessorKind {
  /// Colours frames anew.
  public static let frameColorizer = ProcessorKind(
    "frame_colorizer", title: "Frame colorizer",
    options: [
      OptionSpec(
        "frame-colorizer-model", section: "processors", .choice(FrameColorizerModel.allCases.map(\.rawValue)),
        default: FrameColorizerModel.ddcolor.rawValue,
        help: "Network that guesses the colours. Published models under their own licences."),
      OptionSpec(
        "frame-colorizer-size", section: "processors", .choice(FrameColorizerModel.sides.map { "\($0)x\($0)" }),
        default: "256x256", help: "Size at which the network sees the frame. Larger is slower and finer."),
      OptionSpec(
        "frame-colorizer-blend", section: "processors", .integer(0...100), default: "100",
        help: "Percent of the coloured frame in the result; the rest is the frame as it came."),
    ],
    needs: { _ in [] },
    makePlan: { context in
      let options = context.options
      let side = options.string("frame_colorizer_size").flatMap { Int($0.prefix { $0 != "x" }) }
      return .picture(
        try FrameColorizerPlan(
          model: options.string("frame_colorizer_model").flatMap(FrameColorizerModel.init) ?? .ddcolor,
          side: side ?? 256, blend: Double(options.integer("frame_colorizer_blend") ?? 100) / 100,
          networks: context.networks))
    })
}

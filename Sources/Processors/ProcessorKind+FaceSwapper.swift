import Faces

extension ProcessorKind {
  /// Puts a source's face onto the chosen faces.
  public static let faceSwapper = ProcessorKind(
    "face_swapper", title: "Face swapper", options: faceSwapperOptions,
    needs: { _ in [.sources, .faces, .mesh] },
    makePlan: { context in
      let options = context.options
      let plan = try FaceSwapper(
        sources: context.sources.meshSources(),
        options: SwapOptions(
          weight: Float(options.number("face_swapper_weight") ?? 0.5),
          eyes: options.string("face_swapper_eyes").flatMap(SwapOptions.Eyes.init) ?? .source),
        masks: FaceMaskOptions(options), networks: context.networks)
      return .frame(plan)
    })

  private static let faceSwapperOptions: [OptionSpec] = [
    OptionSpec(
      "face-swapper-model", section: "processors", .choice(["likeness_mesh"]), default: "likeness_mesh",
      peer: "hyperswap_1a_256", help: "Swapper. likeness_mesh needs no weights of its own."),
    OptionSpec(
      "face-swapper-weight", section: "processors", .number(0...1), default: "0.5",
      help: "How far the face takes the source's form: 0 keeps the target's, 1 takes the source's."),
    OptionSpec(
      "face-swapper-eyes", section: "processors", .choice(["source", "target"]), default: "source", peer: "-",
      help: "Whose eye openings are shown. The eyes look where the target looks either way."),
  ]
}

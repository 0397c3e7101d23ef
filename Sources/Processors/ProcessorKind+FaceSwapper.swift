import Faces

extension ProcessorKind {
  /// Puts a source's face onto the chosen faces.
  public static let faceSwapper = ProcessorKind(
    "face_swapper", title: "Face swapper", options: faceSwapperOptions,
    needs: { options in
      guard let model = networkModel(options) else { return [.sources, .faces, .mesh, .card] }
      let mixes = model.family.sourceCrop == nil && !IdentityBalance(weight: weight(options)).isNeutral
      return mixes ? [.sources, .faces, .arcFace, .card] : [.sources, .faces, .card]
    },
    makePlan: { context in
      let options = context.options
      guard let model = networkModel(options) else { return .frame(try meshPlan(context)) }
      return .picture(
        try NetworkSwapperPlan(
          model: model, boost: options.string("face_swapper_pixel_boost"), weight: weight(options),
          sources: context.sources.pictures(), masks: FaceMaskOptions(options), networks: context.networks))
    })

  /// The published swapper that is chosen; nil for our own.
  private static func networkModel(_ options: any OptionReading) -> NetworkSwapperModel? {
    options.string("face_swapper_model").flatMap(NetworkSwapperModel.init(named:))
  }

  private static func weight(_ options: any OptionReading) -> Double { options.number("face_swapper_weight") ?? 0.5 }

  private static func meshPlan(_ context: ProcessorContext) throws -> FaceSwapper {
    let options = context.options
    return try FaceSwapper(
      sources: context.sources.meshSources(),
      options: SwapOptions(
        weight: Float(weight(options)),
        eyes: options.string("face_swapper_eyes").flatMap(SwapOptions.Eyes.init) ?? .source),
      masks: FaceMaskOptions(options), interval: options.integer("face_swapper_interval") ?? 1,
      networks: context.networks)
  }

  private static let faceSwapperOptions: [OptionSpec] = [
    OptionSpec(
      "face-swapper-model", section: "processors",
      .choice(["likeness_mesh"] + NetworkSwapperModel.all.map(\.name)), default: "likeness_mesh",
      peer: "hyperswap_1a_256",
      help: "Swapper. likeness_mesh carries the source's own pixels over and needs no weights; the others are "
        + "published networks, most of them not for commercial use (likeness models list)."),
    OptionSpec(
      "face-swapper-pixel-boost", section: "processors", .choice(NetworkSwapperModel.allBoosts),
      help: "Size of the crop for a network; by default the network's own. It runs 4 times for twice its size, 9 times "
        + "for three times its size and so on. 384x384 of blendswap_256 counts as 512x512 and 768x768 of simswap_unofficial_512 as "
        + "1024x1024. likeness_mesh has no need of it and ignores it."),
    OptionSpec(
      "face-swapper-weight", section: "processors", .number(0...1), default: "0.5",
      help: "likeness_mesh: how far the face takes the source's form, from 0, the target's, to 1, the source's. "
        + "Networks: below 0.5 the target's identity is mixed in, above it the face moves away from it; "
        + "blendswap_256 and uniface_256 have no use for it."),
    OptionSpec(
      "face-swapper-eyes", section: "processors", .choice(["source", "target"]), default: "source", peer: "-",
      help: "likeness_mesh: whose eye openings are shown. The eyes look where the target looks either way."),
    OptionSpec(
      "face-swapper-interval", section: "processors", .integer(1...10), default: "2", peer: "-",
      help: "likeness_mesh: in video, the light and the masks of a followed face are taken afresh every so many "
        + "frames, at least ten times a second, and carried along with it in between. Its place, pose and form are "
        + "always those of the frame."),
  ]
}

import Faces

extension ProcessorKind {
  /// Restores the chosen faces.
  public static let faceEnhancer = ProcessorKind(
    "face_enhancer", title: "Face enhancer",
    options: [
      OptionSpec(
        "face-enhancer-model", section: "processors", .choice(FaceEnhancerModel.allCases.map(\.rawValue)),
        default: FaceEnhancerModel.standard.rawValue,
        help: "Network that restores the faces. realesrgan-x4plus is open (BSD-3-Clause), the others are published "
          + "models under their own licences."),
      OptionSpec(
        "face-enhancer-blend", section: "processors", .integer(0...100), default: "80",
        help: "Percent of the restored face in the result."),
      OptionSpec(
        "face-enhancer-weight", section: "processors", .number(0...1), default: "0.5",
        help: "For codeformer: 0 restores most freely, 1 stays closest to the face as it is."),
    ],
    needs: { options in
      // The upscaler works on the host.
      (try? model(options)) == .realesrganX4plus ? .faces : [.faces, .card]
    },
    makePlan: { context in
      let options = context.options
      return .picture(
        try FaceEnhancer(
          options: FaceEnhancerOptions(
            model: model(options),
            blend: options.integer("face_enhancer_blend") ?? 80,
            weight: options.number("face_enhancer_weight") ?? 0.5, masks: FaceMaskOptions(options)),
          networks: context.networks))
    })

  private static func model(_ options: any OptionReading) throws -> FaceEnhancerModel {
    try .named(options.string("face_enhancer_model") ?? FaceEnhancerModel.standard.rawValue)
  }
}

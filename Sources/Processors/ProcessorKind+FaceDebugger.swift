extension ProcessorKind {
  /// Draws what is known of the faces.
  public static let faceDebugger = ProcessorKind(
    "face_debugger", title: "Face debugger",
    options: [
      OptionSpec(
        "face-debugger-items", section: "processors",
        .choices(FaceDebugger.Item.allCases.map(\.rawValue)),
        default: "face-landmark-5/68 face-mask", help: "What is drawn on the faces.")
    ],
    needs: { _ in .faces },
    makePlan: { context in
      let items = context.options.strings("face_debugger_items").compactMap(FaceDebugger.Item.init)
      return .frame(FaceDebugger(items: Set(items), networks: context.networks))
    })
}

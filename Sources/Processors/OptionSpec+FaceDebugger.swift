extension OptionSpec {
  /// Options of the processor `face_debugger`.
  public static let faceDebugger: [OptionSpec] = [
    OptionSpec(
      "face-debugger-items", section: "processors",
      .choices(FaceDebugger.Item.allCases.map(\.rawValue)),
      default: "face-landmark-5/68 face-mask", help: "What is drawn on the faces.")
  ]
}

extension OptionSpec {
  /// Options of the processor `face_debugger`.
  public static let faceDebugger: [OptionSpec] = [
    OptionSpec(
      "face-debugger-items", section: "processors",
      .choices([
        "bounding-box", "face-landmark-5", "face-landmark-5/68", "face-landmark-68", "face-landmark-68/5", "face-mask",
      ]),
      default: "face-landmark-5/68 face-mask", help: "What is drawn on the faces.")
  ]
}

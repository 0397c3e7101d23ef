extension OptionSpec {
  /// Options of the processor `face_swapper`.
  public static let faceSwapper: [OptionSpec] = [
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

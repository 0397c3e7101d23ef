import Faces

extension ProcessorKind {
  /// Moves brows, eyes, mouth and head.
  public static let faceEditor = ProcessorKind(
    "face_editor", title: "Face editor", options: faceEditorOptions,
    needs: { _ in .faces },
    makePlan: { context in
      .picture(
        FaceEditorPlan(
          edits: FaceEdits(context.options), masks: FaceMaskOptions(context.options), networks: context.networks))
    })

  private static let faceEditorOptions: [OptionSpec] =
    [
      OptionSpec(
        "face-editor-model", section: "processors", .choice(["live_portrait"]), default: "live_portrait",
        help: "Networks that see and draw the face.")
    ]
    + [
      ("eyebrow-direction", "Eyebrows down or up."),
      ("eye-gaze-horizontal", "Gaze to the side."),
      ("eye-gaze-vertical", "Gaze up or down."),
      ("eye-open-ratio", "Below 0 closes the eyes, above 0 opens them."),
      ("lip-open-ratio", "Below 0 closes the lips, above 0 opens them."),
      ("mouth-grim", "Grim mouth."),
      ("mouth-pout", "Pout."),
      ("mouth-purse", "Purse."),
      ("mouth-smile", "Smile."),
      ("mouth-position-horizontal", "Mouth to the side."),
      ("mouth-position-vertical", "Mouth up or down."),
      ("head-pitch", "Nod, 20 degrees for each end."),
      ("head-yaw", "Turn, 60 degrees for each end."),
      ("head-roll", "Lean, 15 degrees for each end."),
    ].map { name, help in
      OptionSpec("face-editor-\(name)", section: "processors", .number(-1...1), default: "0", help: help)
    }
}

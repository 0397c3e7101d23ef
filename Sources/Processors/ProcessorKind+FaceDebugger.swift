import Faces

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
      let items = Set(context.options.strings("face_debugger_items").compactMap(FaceDebugger.Item.init))
      guard context.options.facesHaveMesh else {
        let masks = FaceMaskOptions(context.options)
        return .picture(PictureDebuggerPlan(items: items, masks: masks, networks: context.networks))
      }
      return .frame(FaceDebugger(items: items, networks: context.networks))
    })
}

extension OptionReading {
  /// Whether the landmarker lays a mesh over faces; the published ones do not.
  var facesHaveMesh: Bool { string("face_landmarker_model").flatMap(FaceLandmarkerModel.init)?.isMesh ?? true }
}

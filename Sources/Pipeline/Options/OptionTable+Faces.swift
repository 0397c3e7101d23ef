import Faces
import Imaging
import Processors

extension OptionTable {
  static let faces = [detector, landmarker, selector, masker]

  private static let defaults = FaceOptions()

  static let detector = OptionGroup(
    "Face detector",
    [
      OptionSpec(
        "face-detector-model", section: "face_detector", .choice(FaceDetectorModel.allCases.map(\.rawValue)),
        default: defaults.detectorModel.rawValue, peer: "yolo_face",
        help: "centerface is thorough, blazeface_full_range fast, many asks both."),
      OptionSpec(
        "face-detector-size", section: "face_detector", .choice(detectorSizes),
        help: "Picture the detector sees: 192x192 for blazeface_full_range, else one of the others, usually 640x640."),
      OptionSpec(
        "face-detector-margin", section: "face_detector", .spacing(0...100), default: "0 0 0 0",
        help:
          "Black margin around the picture in percent. Values out of range are refused (FaceFusion takes them as 0)."),
      OptionSpec(
        "face-detector-angles", section: "face_detector", .integers(FaceOptions.angleChoices), default: "0",
        help: "Turned faces that are looked for."),
      OptionSpec(
        "face-detector-score", section: "face_detector", .number(0...1), default: "\(defaults.detectorScore)",
        help: "Least score of a find. Any value in the range, not only steps of 0.05."),
      OptionSpec(
        "detect-interval", section: "face_detector", .integer(FaceOptions.detectIntervalRange),
        default: "\(defaults.detectInterval)", peer: "-",
        help: "In video faces are followed; every so many frames the whole picture is searched for new ones."),
    ])

  private static let detectorSizes = FaceDetectorModel.allCases.flatMap(\.sizes).reduce(into: [String]()) {
    names, size in
    if !names.contains(size.description) { names.append(size.description) }
  }

  static let landmarker = OptionGroup(
    "Face landmarker",
    [
      OptionSpec(
        "face-landmarker-model", section: "face_landmarker", .choice(FaceLandmarkerModel.allCases.map(\.rawValue)),
        default: defaults.landmarkerModel.rawValue, peer: "2dfan4",
        help: "Mesh of a face. face_mesh_468 is lighter and has no irises."),
      OptionSpec(
        "face-landmarker-score", section: "face_landmarker", .number(0...1), default: "\(defaults.landmarkerScore)",
        help: "Least confidence of a mesh; a face whose mesh scores lower is not used."),
    ])

  static let ordering = OptionGroup("Face selector", [selectorOrder])

  private static let selectorOrder = OptionSpec(
    "face-selector-order", section: "face_selector",
    .choice(FaceSelectorOrder.allCases.map(\.rawValue)),
    default: "large-small", help: "How faces are counted.")

  static let selector = OptionGroup(
    "Face selector",
    [
      OptionSpec(
        "face-selector-mode", section: "face_selector", .choice(FaceSelectorMode.allCases.map(\.rawValue)),
        default: "reference",
        help: "All faces, the first one, or those that look like the reference face."),
      selectorOrder,
      OptionSpec(
        "reference-face-position", section: "face_selector", .integer(nil), default: "0",
        help: "Which face of the reference frame is the reference, counted in the order above from 0."),
      OptionSpec(
        "reference-face-distance", section: "face_selector", .number(0...1), default: "0.3",
        help:
          "How unlike the reference a face may be: half the recogniser's distance; 0.3 is its limit for one person."
      ),
      OptionSpec(
        "reference-frame-number", section: "face_selector", .integer(nil), default: "0",
        help: "Frame of the target video with the reference face."),
    ])

  static let masker = OptionGroup(
    "Face mask",
    [
      OptionSpec(
        "face-mask-types", section: "face_masker", .choices(["box", "occlusion"]), default: "box occlusion",
        peer: "box", help: "Masks, multiplied."),
      OptionSpec(
        "face-occluder-model", section: "face_masker", .choice(["likeness_occluder_128"]),
        default: "likeness_occluder_128", peer: "xseg_1", help: "Finds what covers the face."),
      OptionSpec(
        "face-mask-blur", section: "face_masker", .number(0...1), default: "0.3", help: "Softness of the box mask."),
      OptionSpec(
        "face-mask-padding", section: "face_masker", .spacing(0...100), default: "0 0 0 0",
        help: "Percent of the face's box left out: top, right, bottom, left. Values out of range are refused."),
    ])
}

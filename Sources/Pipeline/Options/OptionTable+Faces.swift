import Faces
import Imaging
import Processors

extension OptionTable {
  static let faces = [detector, landmarker, recognizer, selector, tracker, masker]

  private static let defaults = FaceOptions()

  static let detector = OptionGroup(
    "Face detector",
    [
      OptionSpec(
        "face-detector-model", section: "face_detector", .choice(FaceDetectorModel.allCases.map(\.rawValue)),
        default: defaults.detectorModel.rawValue, peer: "yolo_face",
        help: "Published: retinaface, scrfd, yolo_face, yunet; many asks the first three. Open pack: "
          + "centerface is thorough, blazeface_full_range fast, open_many asks both."),
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
        help: "face_mesh_478 and face_mesh_468 lay a mesh, the latter is lighter and has no irises; 2dfan4, "
          + "peppa_wutz and many (both) are published and place 68 points."),
      OptionSpec(
        "face-landmarker-score", section: "face_landmarker", .number(0...1), default: "\(defaults.landmarkerScore)",
        help: "Least confidence of a mesh; a face whose mesh scores lower is not used. A published landmarker "
          + "that scores lower leaves the alignment to the detector; 0 does without it."),
    ])

  static let recognizer = OptionGroup(
    "Face recogniser",
    [
      OptionSpec(
        "face-recognizer-model", section: "face_recognizer", .choice(FaceRecognizerModel.allCases.map(\.rawValue)),
        default: FaceRecognizerModel.auto.rawValue, peer: "-",
        help: "Tells faces apart. auto takes arcface where the landmarker is a published one or a processor needs it.")
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
        "face-selector-gender", section: "face_selector", .choice(FaceGenderFilter.allCases.map(\.rawValue)),
        help: "Only faces that the classifier guesses to be so; auto: as the largest source face."),
      OptionSpec(
        "face-selector-race", section: "face_selector", .choice(FaceRaceFilter.allCases.map(\.rawValue)),
        help: "Only faces that the classifier guesses to be so; auto: as the largest source face."),
      OptionSpec(
        "face-selector-age-start", section: "face_selector", .integer(FaceSelectorOptions.ageRange),
        help: "Only faces guessed to be of this age or older. May be given alone (FaceFusion fails then)."),
      OptionSpec(
        "face-selector-age-end", section: "face_selector", .integer(FaceSelectorOptions.ageRange),
        help: "Only faces guessed to be younger than this. May be given alone (FaceFusion fails then)."),
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

  private static let tracking = FaceTrackerOptions()

  static let tracker = OptionGroup(
    "Face tracker",
    [
      OptionSpec(
        "face-tracker-score", section: "face_tracker", .number(FaceTrackerOptions.scoreRange),
        default: "\(tracking.score)",
        help: "Overlap that links faces of neighbouring frames, so that gaps are filled; 0 is off."),
      OptionSpec(
        "target-frame-amount", section: "frame_distribution", .integer(FaceTrackerOptions.frameAmountRange),
        default: "\(tracking.frameAmount)", help: "Frames on each side that the tracker looks at."),
    ])

  private static let masks = FaceMaskOptions()

  static let masker = OptionGroup(
    "Face mask",
    [
      OptionSpec(
        "face-mask-types", section: "face_masker", .choices(FaceMaskType.allCases.map(\.rawValue)),
        default: "box occlusion", peer: "box",
        help: "What limits the new face: the crop's edge, what covers the face, the areas, the regions. They add up."),
      OptionSpec(
        "face-mask-areas", section: "face_masker", .choices(FaceMaskArea.allCases.map(\.rawValue)),
        default: FaceMaskArea.allCases.map(\.rawValue).joined(separator: " "),
        help: "What the mask area shows: the hull around all landmarks of these."),
      OptionSpec(
        "face-mask-regions", section: "face_masker", .choices(FaceMaskRegion.allCases.map(\.rawValue)),
        default: FaceMaskRegion.allCases.map(\.rawValue).joined(separator: " "),
        help: "What the mask region shows: the parts that the parser sees."),
      OptionSpec(
        "face-occluder-model", section: "face_masker", .choice(FaceOccluderModel.allCases.map(\.rawValue)),
        default: masks.occluderModel.rawValue, peer: "xseg_1",
        help: "Finds what covers the face. many asks all three of xseg."),
      OptionSpec(
        "face-parser-model", section: "face_masker", .choice(FaceParserModel.allCases.map(\.rawValue)),
        default: masks.parserModel.rawValue, help: "Finds the regions of the face."),
      OptionSpec(
        "face-mask-blur", section: "face_masker", .number(0...1), default: "\(masks.blur)",
        help: "Softness of the box mask."),
      OptionSpec(
        "face-mask-padding", section: "face_masker", .spacing(0...100), default: "0 0 0 0",
        help: "Percent of the face's box left out: top, right, bottom, left. Values out of range are refused."),
    ])
}

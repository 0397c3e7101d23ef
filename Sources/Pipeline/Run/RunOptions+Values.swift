public import Faces
import Imaging
public import Media
import Processors

extension FaceOptions {
  /// The face options of a table that has the groups "Face detector" and "Face landmarker".
  public init(_ values: OptionValues) throws {
    let defaults = FaceOptions()
    let model = values.string("face_detector_model").flatMap(FaceDetectorModel.init) ?? defaults.detectorModel
    let margin = values.spacing("face_detector_margin")
    let size = values.string("face_detector_size")
    self.init(
      detectorModel: model,
      detectorSize: size.flatMap { name in model.sizes.first { $0.description == name } },
      detectorMargin: DetectorMargin(
        top: margin.top, right: margin.right, bottom: margin.bottom, left: margin.left),
      detectorAngles: values.integers("face_detector_angles"),
      detectorScore: Float(values.number("face_detector_score") ?? 0.5),
      landmarkerModel: values.string("face_landmarker_model").flatMap(FaceLandmarkerModel.init)
        ?? defaults.landmarkerModel,
      landmarkerScore: Float(values.number("face_landmarker_score") ?? 0.5),
      detectInterval: values.integer("detect_interval") ?? defaults.detectInterval)
    if let size, detectorSize.description != size {
      throw PipelineError(
        .usage, "--face-detector-size \(size) does not fit --face-detector-model \(model.rawValue).",
        hint: "It takes \(model.sizes.map(\.description).joined(separator: ", ")).")
    }
    try validate()
  }
}

extension FaceSelectorOptions {
  /// The options of a table that has the group "Face selector".
  public init(_ values: OptionValues) throws {
    self.init(
      mode: values.string("face_selector_mode").flatMap(FaceSelectorMode.init) ?? .reference,
      order: values.string("face_selector_order").flatMap(FaceSelectorOrder.init) ?? .largeSmall,
      gender: values.string("face_selector_gender").flatMap(FaceGenderFilter.init),
      race: values.string("face_selector_race").flatMap(FaceRaceFilter.init),
      ageStart: values.integer("face_selector_age_start"), ageEnd: values.integer("face_selector_age_end"),
      referencePosition: values.integer("reference_face_position") ?? 0,
      referenceDistance: Float(values.number("reference_face_distance") ?? 0.3),
      referenceFrameNumber: values.integer("reference_frame_number") ?? 0)
    try validate()
  }
}

extension FaceTrackerOptions {
  /// The options of a table that has the group "Face tracker".
  public init(_ values: OptionValues) throws {
    let defaults = FaceTrackerOptions()
    self.init(
      score: values.number("face_tracker_score") ?? defaults.score,
      frameAmount: values.integer("target_frame_amount") ?? defaults.frameAmount)
    try validate()
  }
}

extension VideoOutput {
  /// The options of a table that has the group "Output".
  public init(_ values: OptionValues) {
    self.init(
      encoder: values.string("output_video_encoder").flatMap(VideoEncoder.init),
      preset: values.string("output_video_preset").flatMap(VideoPreset.init) ?? .quick,
      quality: values.integer("output_video_quality") ?? 80, scale: values.number("output_video_scale"),
      fps: values.number("output_video_fps").map(Rational.init(frameRate:)),
      audioEncoder: values.string("output_audio_encoder").flatMap(AudioEncoder.init),
      audioQuality: values.integer("output_audio_quality") ?? 80,
      audioVolume: values.integer("output_audio_volume") ?? 100)
  }
}

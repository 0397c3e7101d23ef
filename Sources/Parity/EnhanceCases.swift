import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// The group `enhance`: the face enhancer on one face (vision.md §21).
///
/// A frame with points goes the whole way; a crop goes through tensor and network; a network's output alone becomes a
/// picture.
enum EnhanceCases: ParityGroup {
  static let groups = ["enhance"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if run.hasInput("frame"), run.hasInput("points_5_68") {
      let worker = try worker(run)
      var frame = try run.picture("frame")
      let crop = try worker.crop(run.points("points_5_68"), from: frame)
      outputs.add("matrix", crop.transform, cropSide: crop.picture.width)
      let better = try restore(crop.picture, run, &outputs)
      let mask = try worker.mask(of: crop.picture)
      outputs.add("mask", mask)
      worker.paste(better, mask: mask, transform: crop.transform, into: &frame)
      outputs.add("result", frame)
    } else if run.hasInput("crop") {
      let crop = try run.picture("crop")
      _ = try restore(crop, run, &outputs)
      if run.parityCase.outputs.contains(where: { $0.name == "mask" }) {
        outputs.add("mask", try worker(run).mask(of: crop))
      }
    } else if let raw = run.parityCase.inputs.first(where: { $0.shape.suffix(3).first == 3 }) {
      let size = PixelSize(width: raw.shape[raw.shape.count - 1], height: raw.shape[raw.shape.count - 2])
      outputs.add("crop_result", try FaceRestorer.picture(ofOutput: run.parityCase.floats(raw), size: size))
    } else {
      throw TestSupportError(.caseInvalid, "The case \(run.parityCase.id) gives no frame, crop or raw output.")
    }
    return outputs
  }

  /// The crop through the network, with what lies in between. Without a model only the tensor.
  private static func restore(
    _ crop: PixelBuffer8, _ run: ParityRun, _ outputs: inout ParityOutputs
  ) throws -> PixelBuffer8 {
    outputs.add("input_tensor", FaceRestorer.tensor(of: crop).floats)
    guard run.text("face_enhancer_model") != nil || !run.parityCase.models.isEmpty else { return crop }
    let model = try model(run)
    let restorer = try FaceRestorer(session: run.session(model.id), model: model)
    let raw = try restorer.rawOutput(for: crop, weight: run.number("face_enhancer_weight", 0.5))
    let result = try FaceRestorer.picture(ofOutput: raw, size: crop.size)
    outputs.add("raw_output", raw)
    outputs.add("crop_result", result)
    return result
  }

  private static func worker(_ run: ParityRun) throws -> FaceEnhancerWorker {
    // What a case does not set has the peer's default.
    let types = run.texts("face_mask_types") ?? ["box"]
    let masks = FaceMaskOptions(
      types: Set(types.compactMap(FaceMaskType.init)),
      occluderModel: run.text("face_occluder_model").flatMap(FaceOccluderModel.init) ?? .xseg1,
      blur: run.number("face_mask_blur", 0.3))
    let options = FaceEnhancerOptions(
      model: try model(run), blend: Int(run.number("face_enhancer_blend", 80)),
      weight: run.number("face_enhancer_weight", 0.5), masks: masks)
    let networks = try run.networks()
    return try FaceEnhancerWorker(
      options: options, network: FaceEnhancerNetwork(options.model, networks: networks),
      masker: FaceMasker(networks: networks, options: masks))
  }

  private static func model(_ run: ParityRun) throws -> FaceEnhancerModel {
    let named = run.parityCase.models.first { FaceEnhancerModel(rawValue: $0) != nil }
    return try .named(run.text("face_enhancer_model") ?? named ?? FaceEnhancerModel.standard.rawValue)
  }
}

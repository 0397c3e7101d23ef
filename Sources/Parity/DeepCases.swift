import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// The group `deep`: the deep swapper (vision.md §20).
enum DeepCases: ParityGroup {
  static let groups = ["deep"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let reader = CaseOptions(run.parityCase.options)
    var options = try DeepSwapperOptions(reader)
    if run.text("deep_swapper_model") == nil, let model = run.parityCase.models.first(where: { $0.contains("/") }) {
      options.model = try DeepSwapperModel(id: model)
    }
    let swapper = try DeepSwapper(networks: run.networks(), options: options, masks: FaceMaskOptions(reader))
    let frame = try run.picture("frame")
    let points = try run.points("points_5_68")
    let landmarks = run.hasInput("points_68") ? try run.points("points_68") : []
    let result = try swapper.swap(frame, points: points, landmarks68: landmarks)
    let crop = try swapper.crop(frame, points: points).picture
    var outputs = ParityOutputs()
    outputs.add("input_tensor", DeepSwapperNetwork.tensor(of: DeepSwapperNetwork.sharpened(crop)).floats)
    outputs.add("matrix", result.patch.transform, cropSide: crop.width)
    outputs.add("swapped_crop", result.swapped.picture)
    outputs.add("matched_crop", result.patch.crop)
    outputs.add("model_mask", result.swapped.mask)
    outputs.add("mask", result.patch.mask)
    var work = PictureWork(picture: frame, target: frame, faces: [], chosen: [])
    result.patch.paste(into: &work)
    outputs.add("result", work.picture)
    return outputs
  }
}

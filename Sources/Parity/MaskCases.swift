import Faces
import Imaging
import Inference
import TestSupport

/// The group `mask`: box, occlusion, area and region masks (vision.md §6).
///
/// Points make an area mask; a crop makes a region mask when the case names a parser, else an occlusion mask; without
/// either, every expected mask is a box mask with the settings of the argument of its name, or with the options'.
enum MaskCases: ParityGroup {
  static let groups = ["mask"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    if let points = run.parityCase.inputs.first(where: { $0.shape == [68, 2] }) { return try area(run, points.name) }
    if let crop = run.parityCase.inputs.first(where: { $0.shape.count == 3 }) {
      let isRegion =
        run.text("face_parser_model") != nil || run.texts("face_mask_regions") != nil
        || run.parityCase.models.contains { FaceParserModel(rawValue: $0) != nil }
      return try isRegion ? region(run, crop) : occlusion(run, crop.name)
    }
    return try boxes(run)
  }

  private static func boxes(_ run: ParityRun) throws -> ParityOutputs {
    let masker = try masker(run, FaceMaskOptions(types: [.box]))
    var outputs = ParityOutputs()
    for output in run.parityCase.outputs {
      let settings = try? run.parityCase.argument(output.name)
      let blur = settings?["face_mask_blur"]?.number ?? run.number("face_mask_blur", masker.options.blur)
      let sides =
        settings?["face_mask_padding_top_right_bottom_left"] ?? settings?["face_mask_padding"]
        ?? run.parityCase.options["face_mask_padding"]
      let mask = masker.boxMask(size: try side(of: output), blur: blur, padding: MaskPadding(sides?.numbers ?? []))
      outputs.add(output.name, mask)
    }
    return outputs
  }

  private static func area(_ run: ParityRun, _ points: String) throws -> ParityOutputs {
    var options = FaceMaskOptions(types: [.area])
    if let names = run.texts("face_mask_areas") { options.areas = try Set(names.map(ParityWords.value)) }
    let masker = try masker(run, options)
    let landmarks = try run.points(points)
    var outputs = ParityOutputs()
    for output in run.parityCase.outputs {
      outputs.add(output.name, masker.areaMask(size: try side(of: output), landmarks68: landmarks))
    }
    return outputs
  }

  private static func occlusion(_ run: ParityRun, _ crop: String) throws -> ParityOutputs {
    let names = run.parityCase.models
    let word = run.text("face_occluder_model") ?? (names.count == 1 ? names[0] : FaceOccluderModel.many.rawValue)
    let options = FaceMaskOptions(types: [.occlusion], occluderModel: try ParityWords.value(word))
    let mask = try masker(run, options).occlusionMask(of: run.picture(crop))
    return named(run, mask)
  }

  private static func region(_ run: ParityRun, _ crop: ParityArray) throws -> ParityOutputs {
    var options = FaceMaskOptions(types: [.region])
    let model = run.text("face_parser_model") ?? run.parityCase.models.first { FaceParserModel(rawValue: $0) != nil }
    if let model { options.parserModel = try ParityWords.value(model) }
    if let names = run.texts("face_mask_regions") { options.regions = try Set(names.map(ParityWords.value)) }
    let masker = try masker(run, options)
    switch crop.dtype {
    case .uint8: return named(run, try masker.regionMask(of: run.picture(crop.name)))
    default: return named(run, try masker.regionMask(of: run.floats(crop.name)))
    }
  }

  private static func masker(_ run: ParityRun, _ options: FaceMaskOptions) throws -> FaceMasker {
    try FaceMasker(networks: run.networks(), options: options)
  }

  private static func named(_ run: ParityRun, _ mask: PixelBufferF) -> ParityOutputs {
    var outputs = ParityOutputs()
    outputs.add(run.parityCase.outputs.first?.name ?? "mask", mask)
    return outputs
  }

  private static func side(of output: ParityArray) throws -> Int {
    guard output.shape.count >= 2, output.shape[0] == output.shape[1] else {
      throw TestSupportError(.caseInvalid, "The mask \(output.name) of the shape \(output.shape) is not square.")
    }
    return output.shape[0]
  }
}

extension MaskPadding {
  /// Top, right, bottom, left, filled up as in CSS; none for no sides.
  fileprivate init(_ sides: [Double]) {
    let sides = sides.map { Int($0) }
    guard let top = sides.first else {
      self = .none
      return
    }
    let right = sides.count > 1 ? sides[1] : top
    self.init(
      top: top, right: right, bottom: sides.count > 2 ? sides[2] : top, left: sides.count > 3 ? sides[3] : right)
  }
}

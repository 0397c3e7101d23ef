import Faces
import Imaging
import TestSupport

extension ParityRun {
  /// The face mask options of a case; what it does not set has the peer's default.
  func caseMaskOptions() throws -> FaceMaskOptions {
    let padding = (parityCase.options["face_mask_padding"]?.numbers ?? []).map { Int($0) }
    let sides = padding.count == 4 ? padding : [0, 0, 0, 0]
    return FaceMaskOptions(
      types: try Set(texts("face_mask_types")?.map(ParityWords.value) ?? [.box]),
      occluderModel: try ParityWords.value(text("face_occluder_model") ?? FaceOccluderModel.xseg1.rawValue),
      parserModel: try ParityWords.value(text("face_parser_model") ?? FaceParserModel.bisenetResnet34.rawValue),
      areas: try Set(texts("face_mask_areas")?.map(ParityWords.value) ?? FaceMaskArea.allCases),
      regions: try Set(texts("face_mask_regions")?.map(ParityWords.value) ?? FaceMaskRegion.allCases),
      blur: number("face_mask_blur", 0.3),
      padding: MaskPadding(top: sides[0], right: sides[1], bottom: sides[2], left: sides[3]))
  }
}

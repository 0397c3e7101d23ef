public import Faces
import Imaging

extension FaceMaskOptions {
  /// What the options of the group "Face mask" say; what is not set has its default.
  public init(_ options: any OptionReading) {
    let defaults = FaceMaskOptions()
    func chosen<Choice: RawRepresentable<String> & Hashable>(_ key: String, _ fallback: Set<Choice>) -> Set<Choice> {
      let names = options.strings(key)
      return names.isEmpty ? fallback : Set(names.compactMap(Choice.init))
    }
    let padding = options.spacing("face_mask_padding")
    self.init(
      types: chosen("face_mask_types", defaults.types),
      occluderModel: options.string("face_occluder_model").flatMap(FaceOccluderModel.init) ?? defaults.occluderModel,
      parserModel: options.string("face_parser_model").flatMap(FaceParserModel.init) ?? defaults.parserModel,
      areas: chosen("face_mask_areas", defaults.areas), regions: chosen("face_mask_regions", defaults.regions),
      blur: options.number("face_mask_blur") ?? defaults.blur,
      padding: MaskPadding(top: padding.top, right: padding.right, bottom: padding.bottom, left: padding.left))
  }
}

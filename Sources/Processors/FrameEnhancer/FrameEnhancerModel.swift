public import ModelStore

/// A network that enlarges pictures, with its constants (models.md §4.3).
public struct FrameEnhancerModel: Sendable, Hashable {
  /// What `--frame-enhancer-model` calls it; also the stem of its file.
  public let name: String
  /// By how much it enlarges both axes.
  public let scale: Int
  public let tiling: Tiling

  public var id: ModelID { ModelID(rawValue: name) }

  init(_ name: String, scale: Int, _ edge: Int, _ border: Int, _ overlap: Int, repeatsEdge: Bool = false) {
    self.name = name
    self.scale = scale
    tiling = Tiling(edge: edge, border: border, overlap: overlap, repeatsEdge: repeatsEdge)
  }

  /// The published models, in the order of the alphabet, and the open one at the end.
  public static let all: [FrameEnhancerModel] = [
    FrameEnhancerModel("clear_reality_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("face_dat_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("nomos8k_sc_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("real_esrgan_x2", scale: 2, 256, 16, 8),
    FrameEnhancerModel("real_esrgan_x2_fp16", scale: 2, 256, 16, 8),
    FrameEnhancerModel("real_esrgan_x4", scale: 4, 256, 16, 8),
    FrameEnhancerModel("real_esrgan_x4_fp16", scale: 4, 256, 16, 8),
    FrameEnhancerModel("real_esrgan_x8", scale: 8, 256, 16, 8),
    FrameEnhancerModel("real_esrgan_x8_fp16", scale: 8, 256, 16, 8),
    FrameEnhancerModel("real_hatgan_x4", scale: 4, 256, 16, 8),
    FrameEnhancerModel("real_web_photo_x4", scale: 4, 64, 4, 2),
    FrameEnhancerModel("realistic_rescaler_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("remacri_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("siax_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("span_kendata_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("swin2_sr_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("tghq_face_x8", scale: 8, 128, 8, 4),
    FrameEnhancerModel("ultra_sharp_x4", scale: 4, 128, 8, 4),
    FrameEnhancerModel("ultra_sharp_2_x4", scale: 4, 1024, 64, 32),
    realesrganX4plus,
  ]

  /// The open pack's upscaler. It takes tiles of any size, so the constants are ours: more is cut from each tile than
  /// the published models' constants do, and the frame's edge goes on around it where theirs is black.
  public static let realesrganX4plus = FrameEnhancerModel(
    "realesrgan-x4plus", scale: 4, 168, 4, 12, repeatsEdge: true)

  /// The peer's default.
  public static let defaultName = "span_kendata_x4"

  public static func named(_ name: String) throws -> FrameEnhancerModel {
    if let model = all.first(where: { $0.name == name }) { return model }
    throw ProcessorsError(
      .option, "There is no frame enhancer \"\(name)\".",
      hint: "Known: \(all.map(\.name).joined(separator: ", ")).")
  }
}

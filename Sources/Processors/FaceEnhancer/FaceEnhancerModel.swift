public import Imaging
public import ModelStore

/// A network that restores faces (models.md §4.2).
public enum FaceEnhancerModel: String, Sendable, Hashable, CaseIterable {
  case codeformer
  case gfpgan12 = "gfpgan_1.2"
  case gfpgan13 = "gfpgan_1.3"
  case gfpgan14 = "gfpgan_1.4"
  case gpenBfr256 = "gpen_bfr_256"
  case gpenBfr512 = "gpen_bfr_512"
  case gpenBfr1024 = "gpen_bfr_1024"
  case gpenBfr2048 = "gpen_bfr_2048"
  case restoreformerPlusPlus = "restoreformer_plus_plus"
  /// The open pack's upscaler: it knows nothing of faces, but sharpens them as it does everything else.
  case realesrganX4plus = "realesrgan-x4plus"

  /// The peer's default.
  public static let standard = FaceEnhancerModel.gfpgan14

  public static func named(_ name: String) throws -> FaceEnhancerModel {
    if let model = FaceEnhancerModel(rawValue: name) { return model }
    throw ProcessorsError(
      .option, "There is no face enhancer \"\(name)\".",
      hint: "Known: \(allCases.map(\.rawValue).joined(separator: ", ")).")
  }

  public var id: ModelID { ModelID(rawValue: rawValue) }

  /// How the face lies in the crop.
  public var template: WarpTemplate { self == .gpenBfr256 ? .arcface128 : .ffhq512 }

  /// Side of the crop in pixels; for the upscaler the largest one, see ``cropSide(for:)``.
  public var side: Int {
    switch self {
    case .gpenBfr256: 256
    case .gpenBfr1024: 1024
    case .gpenBfr2048: 2048
    case .codeformer, .gfpgan12, .gfpgan13, .gfpgan14, .gpenBfr512, .restoreformerPlusPlus, .realesrganX4plus: 512
    }
  }

  /// Side of the crop of one face.
  ///
  /// The upscaler works on the frame's own pixels: it gets the smallest crop of 128, 256 and 512 that loses none of
  /// them, which for small faces is also much cheaper.
  ///
  /// - Parameter points: the face's five points in the picture.
  public func cropSide(for points: [Point]) -> Int {
    guard self == .realesrganX4plus, points.count == 5 else { return side }
    let m = estimateTransform(from: points, template: template, cropSize: PixelSize(width: side, height: side))
    let zoom = (m.a * m.a + m.d * m.d).squareRoot()
    let pixels = Double(side) / zoom
    return [128, 256].first { pixels <= Double($0) } ?? side
  }
}

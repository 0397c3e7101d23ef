import Faces
import Imaging
import Inference
import TestSupport

/// The group `prep`: fitting of frames and the networks' input tensors (vision.md §7, 13, 14).
enum PrepCases: ParityGroup {
  static let groups = ["prep"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    guard let input = run.parityCase.inputs.first else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) has no frame.")
    }
    let frame = try run.picture(input.name)
    var outputs = ParityOutputs()
    for array in run.parityCase.outputs {
      if array.shape.count == 4 {
        outputs.add(array.name, try tensor(run, frame, PixelSize(width: array.shape[3], height: array.shape[2])))
      } else {
        outputs.add(array.name, try fitted(run, frame))
      }
    }
    return outputs
  }

  /// How a frame is fitted stands in the case's list of steps.
  private static func fitted(_ run: ParityRun, _ frame: PixelBuffer8) throws -> PixelBuffer8 {
    guard let size = run.size("resolution") ?? run.size("size") else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) names no resolution.")
    }
    let how = run.parityCase.how
    if how.contains("restrict") { return restrict(frame, to: size) }
    if how.contains("contain") { return fitContain(frame, to: size) }
    if how.contains("cover") { return fitCover(frame, to: size) }
    throw TestSupportError(.caseInvalid, "\(run.parityCase.id): \"\(how)\" is no known way to fit a frame.")
  }

  /// The model stands in the list of models or in the description.
  private static func tensor(_ run: ParityRun, _ frame: PixelBuffer8, _ size: PixelSize) throws -> [Float] {
    let words = run.parityCase.models + run.parityCase.what.split(separator: " ").map(String.init)
    if let model = words.lazy.compactMap(ContentModel.init).first { return model.tensor(of: frame) }
    guard let detector = words.lazy.compactMap(PublishedDetectorModel.init).first else {
      throw TestSupportError(.caseInvalid, "\(run.parityCase.id) names no model whose tensor is known.")
    }
    return detector.tensor(of: restrict(frame, to: size), canvas: size).floats
  }
}

import Faces
import Imaging
import TestSupport

/// The group `nms`: suppression of given boxes, and its threshold.
enum NmsCases: ParityGroup {
  static let groups = ["nms"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if run.hasInput("boxes") {
      let numbers = try run.parityCase.numbers(run.parityCase.input("boxes"))
      let kept = nonMaximumSuppression(
        boxes: stride(from: 0, to: numbers.count - 3, by: 4).map {
          SIMD4(numbers[$0], numbers[$0 + 1], numbers[$0 + 2], numbers[$0 + 3])
        }, scores: try run.parityCase.floats(run.parityCase.input("scores")),
        scoreThreshold: Float(run.number("score_threshold", 0.5)),
        overlapThreshold: Float(run.number("iou_threshold", 0.4)))
      outputs.add(value: "kept_indices", .list(kept.map { .number(Double($0)) }))
      return outputs
    }
    let rows = try (run.expected("table").list ?? []).map { row -> JSONValue in
      guard let name = row["model"]?.text, let model = FaceDetectorModel(rawValue: name),
        let angles = row["angle_count"]?.number
      else { throw run.invalid("table", row) }
      return .object([
        "model": .text(name), "angle_count": .number(angles),
        "threshold": DetectCases.decimal(suppressionThreshold(angleCount: Int(angles), isManyModels: model == .many)),
      ])
    }
    outputs.add(value: "table", .list(rows))
    return outputs
  }
}

import Faces
import Imaging
import Inference
import Processors
import TestSupport

/// The group `age`: both models of the age modifier (vision.md §22).
enum AgeCases: ParityGroup {
  static let groups = ["age"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    guard run.hasInput("frame") else { return try directions(run) }
    let options = CaseOptions(run.parityCase.options)
    let modifier = try AgeModifier(
      networks: run.networks(), options: AgeModifierOptions(options), masks: FaceMaskOptions(options))
    return switch AgeModifierOptions(options).model {
    case .fran: try fran(run, modifier, AgeModifierOptions(options))
    case .styleganex: try styleganex(run, modifier, AgeModifierOptions(options))
    }
  }

  private static func directions(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    for expected in run.parityCase.values {
      let rows = try (expected.value.list ?? []).map { row -> JSONValue in
        guard case .object(var fields) = row, let name = row["model"]?.text, let option = row["option"]?.number else {
          throw TestSupportError(.caseInvalid, "\(row) is no model with an option.")
        }
        let options = AgeModifierOptions(model: try ParityWords.value(name), direction: option)
        let age = try range(row["face_age"])
        switch options.model {
        case .fran: fields["direction_input"] = .list(options.ages(of: age).map { .number(Double($0)) })
        case .styleganex: fields["direction_input"] = .number(Double(options.shift))
        }
        return .object(fields)
      }
      outputs.add(value: expected.name, .list(rows))
    }
    return outputs
  }

  private static func range(_ value: JSONValue?) throws -> Range<Int> {
    guard let from = value?["from"]?.number, let end = value?["to_exclusive"]?.number, from <= end else {
      throw TestSupportError(.caseInvalid, "\(value ?? .null) is no range of ages.")
    }
    return Int(from)..<Int(end)
  }

  private static func fran(
    _ run: ParityRun, _ modifier: AgeModifier, _ options: AgeModifierOptions
  ) throws -> ParityOutputs {
    let frame = try run.picture("frame")
    let points = try run.points("points_5_68")
    let age = try range(run.parityCase.argument("face_age"))
    let patch = try modifier.patch(frame, points: points, age: age)
    var outputs = ParityOutputs()
    outputs.add(
      "input_target", AgeNetwork.tensor(.fran, of: try AgeModifier.crop(frame, points: points).picture).floats)
    outputs.add("direction", options.ages(of: age))
    outputs.add("matrix", patch.transform, cropSide: patch.crop.width)
    outputs.add("crop_result", patch.crop)
    outputs.add("mask", patch.mask)
    var work = PictureWork(picture: frame, target: frame, faces: [], chosen: [])
    patch.paste(into: &work)
    outputs.add("result", work.picture)
    return outputs
  }

  private static func styleganex(
    _ run: ParityRun, _ modifier: AgeModifier, _ options: AgeModifierOptions
  ) throws -> ParityOutputs {
    let frame = try run.picture("frame")
    let points = try run.points("points_5_68")
    let crops = try AgeModifier.wideCrops(frame, points: points)
    let patch = try modifier.widePatch(frame, points: points)
    var outputs = ParityOutputs()
    outputs.add("input_target", AgeNetwork.tensor(.styleganex, of: crops.narrow.picture).floats)
    outputs.add("input_target_with_background", AgeNetwork.tensor(.styleganex, of: crops.wide.picture).floats)
    outputs.add("direction", [options.shift])
    outputs.add("matrix", patch.transform, cropSide: patch.crop.width)
    outputs.add("crop_result", patch.crop)
    outputs.add("mask", patch.mask)
    var work = PictureWork(picture: frame, target: frame, faces: [], chosen: [])
    patch.paste(into: &work)
    outputs.add("result", work.picture)
    return outputs
  }
}

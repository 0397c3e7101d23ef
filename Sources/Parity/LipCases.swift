import Faces
import Imaging
import ModelStore
import Processors
import TestSupport

/// The group `lip`: loudness tables, and one face moved to one window of a voice.
enum LipCases: ParityGroup {
  static let groups = ["lip"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var outputs = ParityOutputs()
    if let table = run.parityCase.values.first(where: { $0.name == "table" }) {
      outputs.add(value: "table", .list(try (table.value.list ?? []).map(levels)))
    }
    if run.hasInput("frame") { try addFace(run, to: &outputs) }
    return outputs
  }

  /// One line of the table: loudness and what the model takes for it.
  private static func levels(_ expected: JSONValue) throws -> JSONValue {
    let model: LipSyncerModel = try ParityWords.value(expected["model"]?.text ?? "")
    let weight = expected["weight"]?.number ?? 0.5
    let pairs = (expected["values"]?.list ?? []).map { pair -> JSONValue in
      let loudness = pair.numbers.first ?? 0
      return .list([.number(loudness), .number(Double(model.source(of: [loudness], weight: weight)[0]))])
    }
    return .object(["model": .text(model.rawValue), "weight": .number(weight), "values": .list(pairs)])
  }

  private static func addFace(_ run: ParityRun, to outputs: inout ParityOutputs) throws {
    let name = run.text("lip_syncer_model") ?? run.parityCase.models.first ?? LipSyncerModel.wav2lipGAN.rawValue
    let model: LipSyncerModel = try ParityWords.value(name)
    let syncer = try LipSyncer(
      session: run.session(ModelID(rawValue: name)), model: model, weight: run.number("lip_syncer_weight", 0.5),
      masker: FaceMasker(
        networks: run.networks(), options: run.caseMaskOptions(), honoring: [.box, .occlusion]))
    var frame = try run.picture("frame")
    let crop = try FaceCrop(
      of: frame, landmarks: run.points("points_5_68"), template: .ffhq512, side: LipSyncer.cropSide)
    let result = try syncer.talk(
      crop.picture, landmarks68: crop.transform.apply(run.points("points_68")),
      window: run.parityCase.numbers(run.parityCase.input("mel_window")))
    pasteBack(frame: &frame, crop: result.crop, mask: result.mask, transform: crop.transform)
    outputs.add("input_source", result.source)
    outputs.add("input_target", result.target)
    outputs.add("area_result", result.painted)
    outputs.add("mask", result.mask)
    outputs.add("result", frame)
  }
}

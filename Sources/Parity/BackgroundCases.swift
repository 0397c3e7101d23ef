import Imaging
import ModelStore
import Processors
import TestSupport

/// The group `background`: a cutout of a frame, or the colour steps alone.
enum BackgroundCases: ParityGroup {
  static let groups = ["background"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    run.hasInput("mask") ? try colors(run) : try cutout(run)
  }

  /// Despill and fill of a frame with a given mask, for each colour given.
  private static func colors(_ run: ParityRun) throws -> ParityOutputs {
    let (frame, mask) = (try run.picture("frame"), try run.picture("mask"))
    var outputs = ParityOutputs()
    for argument in run.parityCase.arguments {
      let color = BackgroundColor(argument.value.numbers.map { Int($0) }) ?? .clear
      let suffix = argument.name.drop { $0 != "_" }
      var (filled, despilled) = (frame, frame)
      color.fill(&filled, behind: mask)
      color.despill(&despilled)
      outputs.add("filled\(suffix)", filled)
      outputs.add("despilled\(suffix)", despilled)
    }
    return outputs
  }

  private static func cutout(_ run: ParityRun) throws -> ParityOutputs {
    func color(_ option: String) -> BackgroundColor {
      BackgroundColor(run.parityCase.options[option]?.numbers.map { Int($0) } ?? []) ?? .clear
    }
    let model = try BackgroundModel.named(
      run.text("background_remover_model") ?? run.parityCase.models.first ?? BackgroundModel.defaultName)
    let remover = try BackgroundRemover(
      session: run.session(ModelID(rawValue: model.name)), model: model, fill: color("background_remover_fill_color"),
      despill: color("background_remover_despill_color"))
    let frame = try run.picture("frame")
    var work = PictureWork(
      picture: frame, mask: run.hasInput("vision_mask") ? try run.picture("vision_mask") : nil, target: frame,
      faces: [], chosen: [])
    let tensor = model.tensor(of: frame)
    let cutout = try remover.run(tensor)
    remover.apply(cutout, to: &work)
    var outputs = ParityOutputs()
    outputs.add("input_tensor", tensor)
    outputs.add("model_mask", cutout.mask)
    if let colors = cutout.colors { outputs.add("model_colors", colors) }
    outputs.add("result", work.picture)
    if let mask = work.mask { outputs.add("vision_mask_result", mask) }
    return outputs
  }
}

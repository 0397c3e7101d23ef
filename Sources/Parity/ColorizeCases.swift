import Imaging
import ModelStore
import Processors
import TestSupport

/// The group `colorize`: one frame through a colouring network.
enum ColorizeCases: ParityGroup {
  static let groups = ["colorize"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let name = run.text("frame_colorizer_model") ?? run.parityCase.models.first ?? FrameColorizerModel.ddcolor.rawValue
    guard let model = FrameColorizerModel(rawValue: name) else {
      throw TestSupportError(.nameUnknown, "\(run.parityCase.id): there is no frame colorizer \(name).")
    }
    let side = run.text("frame_colorizer_size").flatMap { Int($0.prefix { $0 != "x" }) } ?? 256
    let colorizer = try FrameColorizer(
      session: run.session(ModelID(rawValue: name)), model: model, side: side,
      blend: run.number("frame_colorizer_blend", 100) / 100)
    let frame = try run.picture("frame")
    let tensor = model.tensor(of: frame, side: side)
    let raw = try colorizer.run(tensor)
    let merged = model.colored(frame, with: raw)
    var outputs = ParityOutputs()
    outputs.add("input_tensor", tensor)
    outputs.add(
      "raw_output",
      (0..<raw.channels).flatMap { plane in
        stride(from: plane, to: raw.samples.count, by: raw.channels).map { raw.samples[$0] }
      })
    outputs.add("merged", merged)
    outputs.add("result", colorizer.blended(frame, merged))
    return outputs
  }
}

import Imaging
import Processors
import TestSupport

/// The group `colour`: colour equalisation and match (vision.md §17).
enum ColourCases: ParityGroup {
  static let groups = ["colour"]

  private static let equalisedPrefix = "equalised_at_"

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let source = try run.picture("source")
    let target = try run.picture("target")
    var outputs = ParityOutputs()
    for output in run.parityCase.outputs {
      switch output.name {
      case "matched": outputs.add(output.name, matchColors(of: target, to: source))
      case "conditional": outputs.add(output.name, matchAgreeingColors(of: target, to: source))
      default:
        guard output.name.hasPrefix(equalisedPrefix), let side = Int(output.name.dropFirst(equalisedPrefix.count))
        else { continue }
        outputs.add(output.name, equalizeColors(of: target, to: source, size: PixelSize(width: side, height: side)))
      }
    }
    outputs.add(
      value: "agreement", .number(histogramAgreement(source.reversingChannels(), target.reversingChannels())))
    return outputs
  }
}

import Faces
import Imaging
import TestSupport

/// The group `analyse`: decisions from given outputs, and whole frames through the stand-ins (vision.md §13).
///
/// A row of the expected table that names a frame is run; any other gives the networks' outputs itself.
enum AnalyseCases: ParityGroup {
  static let groups = ["analyse"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    var analyser: ContentAnalyser?
    var outputs = ParityOutputs()
    for expected in run.parityCase.values {
      var rows: [JSONValue] = []
      for row in expected.value.list ?? [] {
        if let frame = row["frame"]?.text {
          let loaded = try analyser ?? ContentAnalyser(networks: run.networks())
          analyser = loaded
          rows.append(.object(try judged(run.picture(frame), by: loaded, row)))
        } else {
          rows.append(.object(try decided(row)))
        }
      }
      outputs.add(value: expected.name, .list(rows))
    }
    return outputs
  }

  private static func judged(
    _ frame: PixelBuffer8, by analyser: ContentAnalyser, _ row: JSONValue
  ) throws -> [String: JSONValue] {
    let answers = try analyser.answers(for: frame)
    var fields = fields(of: ContentAnalyser.verdict(on: answers))
    fields["frame"] = row["frame"]
    for answer in answers {
      if answer.model == .nsfw1 {
        fields["nsfw_1_largest"] = .number(Double(answer.measure))
      } else {
        fields[answer.model.rawValue] = .list(answer.output.map { .number(Double($0)) })
      }
    }
    return fields
  }

  private static func decided(_ row: JSONValue) throws -> [String: JSONValue] {
    let flags = try ContentModel.allCases.map { model -> Bool in
      let (output, shape) = Self.output(of: model, in: row)
      guard let measure = model.measure(output: output, shape: shape) else {
        throw TestSupportError(.caseInvalid, "The output of \(model.rawValue) has the shape \(shape).")
      }
      return model.flags(measure)
    }
    guard case .object(let given) = row else { return [:] }
    return given.merging(fields(of: ContentVerdict(flags: flags))) { $1 }
  }

  /// A row's numbers as the network gives them; the detector's first four rows, the boxes, are left out of cases.
  private static func output(of model: ContentModel, in row: JSONValue) -> ([Float], [Int]) {
    guard model == .nsfw1 else {
      let logits = (row[model.rawValue]?.numbers ?? []).map { Float($0) }
      return (logits, [1, logits.count])
    }
    let classes = (row["nsfw_1_rows_from_4"]?.list ?? []).map { $0.numbers.map { Float($0) } }
    let count = classes.first?.count ?? 0
    return ([Float](repeating: 0, count: 4 * count) + classes.joined(), [1, 4 + classes.count, count])
  }

  private static func fields(of verdict: ContentVerdict) -> [String: JSONValue] {
    ["flags": .list(verdict.flags.map(JSONValue.bool)), "flagged": .bool(verdict.isFlagged)]
  }
}

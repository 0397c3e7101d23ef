import Faces
import Foundation
import Imaging
import Logging
import Media
import ModelStore
import Parity
import Pipeline
import Processors
import Safeguards
import TestSupport

/// The group `end_to_end`: whole runs on one picture with FaceFusion's defaults, and the stages in between.
///
/// The pictures are written as PNG files and the case's command line is run on them. The picture after the n-th
/// processor is the result of a run of the first n.
enum EndToEndCases: ParityGroup {
  static let groups = ["end_to_end"]

  static func run(_ run: ParityRun) throws -> ParityOutputs {
    let words = try run.parityCase.options["command_line_after_the_paths"].map(words) ?? []
    let folder = try TemporaryFolder()
    let target = try write(run.picture("target"), as: "target", in: folder)
    let sources = try (0..<64).prefix { run.hasInput("source_\($0)") }.map {
      try write(run.picture("source_\($0)"), as: "source_\($0)", in: folder)
    }
    func options(_ words: [String], to output: String) throws -> RunOptions {
      let paths =
        (sources.isEmpty ? [] : ["--source-paths"] + sources) + ["--target-path", target, "--output-path", output]
      let table = OptionTable.run.flatMap(\.options)
      let given = try ParsedArguments(["--defaults", "facefusion"] + paths + words, table: table).values
      return try RunOptions(OptionValues(table: table, given: given, ini: nil))
    }
    let policy = try unmarked()
    func picture(_ words: [String], _ name: String) throws -> PixelBuffer8 {
      let output = folder.path("\(name).png")
      let runner = Runner(
        options: try options(words, to: output), logger: silence, models: run.models, kept: KeptModels(),
        policy: policy)
      _ = try runner.run()
      let frame = try PictureFile.read(output).frame
      return frame.toPixelBuffer8().reversingChannels()
    }
    var outputs = ParityOutputs()
    let whole = try picture(words, "output")
    outputs.add("output", whole)
    for expected in run.parityCase.outputs where expected.name.hasPrefix("after_") {
      let count = expected.name.split(separator: "_").dropFirst().first.flatMap { Int($0) } ?? 0
      let result = try picture(first(count + 1, of: words), expected.name)
      outputs.add(expected.name, expected.shape.last == 3 ? opaque(result) : result)
    }
    try addFaces(of: options(words, to: folder.path("output.png")), run, to: &outputs)
    outputs.add(value: "exit_code", .number(0))
    outputs.add(value: "fraction_of_pixels_changed", .number(changed(opaque(whole), try run.picture("target"))))
    return outputs
  }

  private static let silence = Logger(label: "parity") { _ in SwiftLogNoOpLogHandler() }

  /// The machine's policy without marks: results are compared sample by sample. Gates and log stay. Refused where an
  /// operator has laid down a policy, so that nobody gets pictures without marks this way.
  private static func unmarked() throws -> PolicyFile.Loaded {
    let loaded = try PolicyFile.load()
    guard loaded.origin != .file(PolicyFile.operatorPath) else {
      throw SafeguardsError(
        .policy, "Golden cases of whole runs are not run where \(PolicyFile.operatorPath) exists.",
        hint: "Their results carry no marks.")
    }
    var policy = loaded.policy
    policy.watermark.mode = .off
    policy.metadata.mode = .off
    policy.label.mode = .off
    policy.consent.mode = .off
    return try PolicyFile.Loaded(policy: policy, origin: loaded.origin)
  }

  private static func words(_ value: JSONValue) throws -> [String] {
    (value.list ?? []).compactMap(\.text)
  }

  private static func write(_ picture: PixelBuffer8, as name: String, in folder: TemporaryFolder) throws -> String {
    let path = folder.path("\(name).png")
    _ = try PictureFile.write(Picture(frame: Frame(picture.reversingChannels())), to: path, quality: 100)
    return path
  }

  /// The words with only the first processors named.
  private static func first(_ count: Int, of words: [String]) -> [String] {
    guard let start = words.firstIndex(of: "--processors") else { return words }
    let end = words[(start + 1)...].firstIndex { $0.hasPrefix("--") } ?? words.endIndex
    let kept = words[(start + 1)..<end].prefix(count)
    return Array(words[...start]) + kept + Array(words[end...])
  }

  private static func opaque(_ picture: PixelBuffer8) -> PixelBuffer8 {
    guard picture.channels == 4 else { return picture }
    let samples = picture.samples.enumerated().filter { $0.offset % 4 != 3 }.map(\.element)
    return PixelBuffer8(size: picture.size, channels: 3, samples: samples)
  }

  private static func changed(_ a: PixelBuffer8, _ b: PixelBuffer8) -> Double {
    guard a.size == b.size, a.size.area > 0 else { return 1 }
    var count = 0
    for at in stride(from: 0, to: a.samples.count, by: 3) where a.samples[at..<at + 3] != b.samples[at..<at + 3] {
      count += 1
    }
    return Double(count) / Double(a.size.area)
  }

  private static func addFaces(of options: RunOptions, _ run: ParityRun, to outputs: inout ParityOutputs) throws {
    let frame = Frame(try run.picture("target").reversingChannels())
    let faces = try options.faces(in: frame, models: run.models)
    outputs.add("bounding_boxes", faces.map(\.box))
    outputs.add("detector_scores", faces.map(\.detectorScore))
    outputs.add("landmarker_scores", faces.map(\.landmarkerScore))
    outputs.add("landmark_5", faces.flatMap(\.landmarks5))
    outputs.add("landmark_5_68", faces.flatMap(\.landmarks5From68))
    outputs.add("landmark_68", faces.flatMap(\.landmarks68))
    outputs.add("landmark_68_5", faces.flatMap(\.landmarks68From5))
    outputs.add(value: "face_count", .number(Double(faces.count)))
    outputs.add(value: "angles", .list(faces.map { .number(Double($0.angle)) }))
  }
}

import Faces
import Foundation
import Imaging
import Inference
import Logging
import Media
import ModelStore
import Safeguards
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Runs and looks at their results.
enum TestRun {
  static let collins = sample("collins.png")
  static let hopper = sample("hopper.jpg")

  private static func sample(_ name: String) -> String { (TestPaths.package() ?? ".") + "/Samples/" + name }

  static let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A policy that has every layer off, for tests of anything else.
  static var unguarded: PolicyFile.Loaded {
    get throws {
      var policy = SafeguardPolicy()
      policy.content.mode = .off
      policy.similarity.mode = .off
      policy.protected.mode = .off
      policy.minors.mode = .off
      policy.consent.mode = .off
      policy.watermark.mode = .off
      policy.metadata.mode = .off
      policy.audit.mode = .off
      return try PolicyFile.Loaded(policy: policy, origin: .builtIn)
    }
  }

  /// Options of a run as the command line gives them.
  static func options(_ arguments: String...) throws -> RunOptions {
    try options(arguments)
  }

  static func options(_ arguments: [String]) throws -> RunOptions {
    let table = OptionTable.run.flatMap(\.options)
    return try RunOptions(
      OptionValues(table: table, given: ParsedArguments(arguments, table: table).values, ini: nil))
  }

  @discardableResult
  static func run(source: String, target: String, output: String, _ more: String...) throws -> RunReport {
    try Runner(
      options: options(["-s", source, "-t", target, "-o", output] + more), logger: silence, policy: unguarded
    ).run()
  }

  /// Who the largest face of a picture, or of the first frame of a video, is.
  static func identity(_ path: String) throws -> Embedding {
    try identity(in: frame(path), FaceNetworks(runtime: OnnxRuntime.open(), models: ModelStore()).analyser(.init()))
  }

  /// Who the largest face of every frame of a video is.
  static func identities(_ path: String) throws -> [Embedding] {
    let analyser = try FaceNetworks(runtime: OnnxRuntime.open(), models: ModelStore()).analyser(.init())
    let reader = try VideoReader(path: path)
    var identities: [Embedding] = []
    while let frame = try reader.next() { identities.append(try identity(in: frame.frame, analyser)) }
    return identities
  }

  private static func identity(in frame: Frame, _ analyser: FaceAnalyser) throws -> Embedding {
    var face = try #require(FaceSelector.sorted(try analyser.faces(in: frame), by: .largeSmall).first, "no face")
    try analyser.embed(&face, in: frame)
    return try #require(face.embedding)
  }

  static func frame(_ path: String) throws -> Frame {
    if PictureFile.isPicture(path) { return try PictureFile.read(path).frame }
    return try #require(try VideoReader(path: path).next()).frame.copy()
  }

  /// A short clip of the moving portrait; with sound when asked for.
  static func clip(of portrait: String, to path: String, frames: Int = 8, height: Int = 180) throws {
    try BenchmarkClip(path: portrait).write(
      to: path, size: PixelSize(width: height * 16 / 9, height: height), frames: frames, stop: StopToken())
  }
}

/// The lines that a run told.
final class RecordedLines: Sendable {
  private struct Handler: LogHandler {
    let lines: RecordedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.lines.withLock { $0.append("\(event.message)") } }
  }

  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }
}

import Foundation
import ModelStore
import TestSupport
import Testing

/// Runs the built executable, which lies beside the test bundle.
struct Program {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("likeness").path
  }()

  /// The folder that all programs of these tests work with: the machine's models, but keys and log of their own.
  private static let home = Result { try TestHome(of: ModelStore.defaultHome()) }

  /// A policy file that has the audit log off.
  static let policyWithoutLog = Result { try home.get().folder.write("[audit]\nmode = \"off\"\n", to: "no-log.toml") }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - folder: working folder.
  ///   - limit: a shell's `ulimit` setting for the run, such as `-f 4`.
  ///   - environment: variables set besides those of the test.
  @discardableResult
  static func run(
    _ arguments: [String], in folder: String? = nil, limit: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = try start(arguments, in: folder, limit: limit, environment: environment)
    return finish(process)
  }

  /// A running program with its pipes.
  final class Running {
    let process: Process
    fileprivate let output = Pipe()
    fileprivate let errors = Pipe()

    fileprivate init(_ process: Process) {
      self.process = process
      process.standardOutput = output
      process.standardError = errors
    }
  }

  static func start(
    _ arguments: [String], in folder: String? = nil, limit: String? = nil, environment: [String: String] = [:]
  ) throws -> Running {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment
      .merging(["LIKENESS_HOME": try home.get().path]) { $1 }.merging(environment) { $1 }
    if let limit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit \(limit); exec \"$0\" \"$@\"", path] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
    }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let running = Running(process)
    try process.run()
    return running
  }

  static func finish(_ running: Running) -> Outcome {
    let text = running.output.fileHandleForReading.readDataToEndOfFile()
    let errors = running.errors.fileHandleForReading.readDataToEndOfFile()
    running.process.waitUntilExit()
    return Outcome(
      status: running.process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  /// Runs the ffmpeg program, for clips.
  static func ffmpeg(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ffmpeg", "-v", "error", "-y", "-nostdin"] + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "ffmpeg failed")
  }
}

/// The portraits that come with the program.
enum Sample {
  static let collins = path("collins.png")
  static let hopper = path("hopper.jpg")

  private static func path(_ name: String) -> String {
    (TestPaths.package() ?? ".") + "/Samples/" + name
  }
}

/// Files that the cases need, made once.
struct Material {
  let folder: TemporaryFolder

  static let shared = Result { try Material() }

  /// Half a second of the moving portrait with sound, 320×180.
  var clip: String { folder.path("clip.mp4") }
  /// The same, cut off in the middle.
  var cutClip: String { folder.path("cut.mp4") }
  /// A portrait clip of odd sides.
  var oddClip: String { folder.path("odd.mkv") }
  /// A picture without a face.
  var wall: String { folder.path("wall.png") }
  var onePixel: String { folder.path("one.png") }
  var empty: String { folder.path("empty.jpg") }
  var text: String { folder.path("text.jpg") }

  private init() throws {
    folder = try TemporaryFolder()
    let pan = "scale=360:360,crop=320:180:20+15*sin(t*9):15"
    try Program.ffmpeg(
      "-loop", "1", "-framerate", "25", "-i", Sample.collins, "-f", "lavfi", "-i", "sine=440", "-t", "0.48", "-vf",
      pan + ",format=yuv420p", "-c:v", "libx264", "-g", "4", "-c:a", "aac", clip)
    try Program.ffmpeg(
      "-loop", "1", "-framerate", "25", "-i", Sample.collins, "-t", "0.2", "-vf", "crop=382:512:40:0,scale=359:481",
      "-c:v",
      "ffv1", "-pix_fmt", "yuv420p", oddClip)
    try Program.ffmpeg("-f", "lavfi", "-i", "color=gray:size=320x240", "-frames:v", "1", wall)
    try Program.ffmpeg(
      "-f", "lavfi", "-i", "color=gray:size=16x16", "-vf", "format=rgb24,crop=1:1", "-frames:v", "1", "-pix_fmt",
      "rgb24", onePixel)
    try folder.write("", to: "empty.jpg")
    try folder.write("this is no picture", to: "text.jpg")
    // The index first, so that a cut file still opens.
    let whole = folder.path("whole.mp4")
    try Program.ffmpeg("-i", clip, "-c", "copy", "-movflags", "+faststart", whole)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
    try folder.write(Array(bytes.prefix(bytes.count * 6 / 10)), to: "cut.mp4")
  }
}

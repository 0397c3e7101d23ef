import Foundation
import Imaging
import Media

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "likeness-media-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Names in the folder, hidden ones included.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Runs the ffmpeg program; the last argument is the name of the file it makes. Returns that file's path.
  @discardableResult
  func ffmpeg(_ arguments: String...) throws -> String {
    let output = file(arguments[arguments.count - 1])
    try run("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments.dropLast() + [output])
    return output
  }

  @discardableResult
  func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ToolFailure(program: program, output: output) }
    return output
  }
}

struct ToolFailure: Error {
  var program: String
  var output: String
}

/// All frames of a file as (index, seconds, mean of the first plane).
struct FrameFacts: Equatable {
  var index: Int
  var time: Double
  var mean: Double
}

func readAll(_ path: String, options: VideoReader.Options = .init()) throws -> [FrameFacts] {
  let reader = try VideoReader(path: path, options: options)
  var facts: [FrameFacts] = []
  while let frame = try reader.next() {
    facts.append(FrameFacts(index: frame.index, time: frame.time, mean: mean(frame.frame)))
  }
  return facts
}

/// Reads `path` and writes it as `output`, each frame passed through `change`.
@discardableResult
func transcode(
  _ path: String, to output: String, options: VideoReader.Options = .init(), settings: VideoOutput = fast,
  change: (inout VideoFrame) throws -> Void = { _ in }
) throws -> VideoWriter.Summary {
  let reader = try VideoReader(path: path, options: options)
  let writer = try VideoWriter(path: output, source: reader.source, output: settings)
  while var frame = try reader.next() {
    try change(&frame)
    try writer.write(frame)
  }
  return try writer.finish()
}

var fast: VideoOutput { VideoOutput(preset: .ultrafast, threads: 1) }

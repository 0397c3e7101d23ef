import Foundation
import ModelStore
import Synchronization
import TestSupport

@testable import Safeguards

/// Small synthetic pictures and clips of every format, made by the ffmpeg program, and records to mark them with.
enum MarkSamples {
  static let pictures = ["a.jpg", "a.png", "lossy.webp", "lossless.webp", "a.tiff"]
  static let clips = ["late.mp4", "fast.mp4", "fast.mov", "a.avi"]

  private static let arguments: [String: [String]] = [
    "a.jpg": ["-frames:v", "1"], "a.png": ["-frames:v", "1"], "a.tiff": ["-frames:v", "1"],
    "a.bmp": ["-frames:v", "1"],
    "lossy.webp": ["-frames:v", "1", "-c:v", "libwebp"],
    "lossless.webp": [
      "-frames:v", "1", "-vf", "format=bgra,colorchannelmixer=aa=0.5", "-c:v", "libwebp", "-lossless", "1",
    ],
    "late.mp4": ["-c:v", "libx264", "-preset", "ultrafast", "-metadata", "title=Clip"],
    "fast.mp4": ["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"],
    "fast.mov": ["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"],
    "tags.mov": [
      "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart+use_metadata_tags", "-metadata", "title=Clip",
      "-metadata", "com.apple.quicktime.make=Maker", "-metadata",
      "AIGC=a long label of somebody else, longer than ours "
        + String(repeating: "x", count: 300),
    ],
    "tags.mp4": [
      "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart+use_metadata_tags", "-metadata", "title=Clip",
      "-metadata", "com.apple.quicktime.make=Maker",
    ],
    "pieces.mp4": ["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+frag_keyframe+empty_moov"],
    "a.avi": ["-c:v", "mpeg4"], "a.mkv": ["-c:v", "libx264", "-preset", "ultrafast"],
  ]
  private static let made = Mutex<[String: [UInt8]]>([:])

  /// The file's bytes; made once.
  static func bytes(_ name: String) throws -> [UInt8] {
    try made.withLock { made in
      if let bytes = made[name] { return bytes }
      let folder = try TemporaryFolder()
      let input = ["-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=5:d=2"]
      _ = try run("ffmpeg", input + (arguments[name] ?? []) + ["-pix_fmt", pixels(name), folder.path(name)])
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
      made[name] = bytes
      return bytes
    }
  }

  private static func pixels(_ name: String) -> String {
    if name == "a.jpg" { return "yuvj420p" }
    if name == "lossless.webp" { return "bgra" }
    return ["a.png", "a.tiff"].contains(name) ? "rgb24" : name == "a.bmp" ? "bgr24" : "yuv420p"
  }

  private static let sums = Mutex<[String: String]>([:])

  /// Sums of all decoded frames of a sample; worked out once.
  static func frames(of name: String) throws -> String {
    let bytes = try bytes(name)
    return try sums.withLock { sums in
      if let known = sums[name] { return known }
      let folder = try TemporaryFolder()
      let found = try frames(folder.write(bytes, to: name))
      sums[name] = found
      return found
    }
  }

  /// Sums of all decoded frames, by the ffmpeg program.
  static func frames(_ path: String) throws -> String {
    try run("ffmpeg", ["-v", "error", "-nostdin", "-i", path, "-map", "0:v", "-f", "framemd5", "-"])
      .split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
  }

  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    struct Failure: Error { let words: String }
    guard process.terminationStatus == 0 else { throw Failure(words: "\(program) \(arguments): \(output)") }
    return output
  }

  static let hash = String(repeating: "0123456789abcdef", count: 4)

  static func record(target: String? = nil, source: String? = nil) -> ProvenanceRecord {
    ProvenanceRecord(
      title: "out.jpg", jobID: "job-7 <&>", target: .init(name: "party.jpg", sha256: hash, path: target),
      sources: [.init(name: "me.png", sha256: String(hash.reversed()), path: source)], processors: ["face_swapper"],
      models: [.init(id: "likeness_mesh", sha256: hash)], watermarkID: "00c0ffee12345678", softwareVersion: "0.1.0",
      time: Date(timeIntervalSince1970: 1_790_000_000))
  }

  // MARK: The library

  /// Where the set-up puts it, or where the environment says; nil when it is not there.
  static let library: String? = {
    let environment = ProcessInfo.processInfo.environment
    let path = environment["LIKENESS_C2PA_PATH"] ?? ModelStore.defaultHome() + "/lib/libc2pa_c.so"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()
  static let environment = ["LIKENESS_C2PA_PATH": library ?? ""]

  static func writer(_ folder: TemporaryFolder, _ policy: SafeguardPolicy.Metadata? = nil) throws -> ProvenanceWriter {
    try ProvenanceWriter(
      policy: policy ?? SafeguardPolicy().metadata, home: folder.path("home"), environment: environment)
  }

  static func reader(_ folder: TemporaryFolder, home: String = "home") -> ProvenanceReader {
    ProvenanceReader(home: folder.path(home), environment: environment)
  }
}

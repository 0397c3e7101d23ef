import Faces
import Foundation
import Imaging
import Inference
public import Logging
import Media
import ModelStore
import Processors

/// Measures the program on clips that it makes itself.
///
/// Every run is a process of its own, started the way a user starts it: loading counts, memory is that of one run, and
/// nothing is left warm by accident. In mode `warm` one run goes before that does not count, so that files lie in the
/// system's cache; in mode `cold` there is none.
public struct Benchmark: Sendable {
  /// Heights by the name of the resolution; pictures are 16:9.
  public static let resolutions = ["240p", "360p", "540p", "720p", "1080p", "1440p", "2160p"]

  let program: String
  let sample: String
  let source: String
  let values: OptionValues
  let logger: Logger
  let stop: StopToken

  /// - Parameters:
  ///   - program: the executable to measure.
  ///   - sample: a portrait; the clips show it.
  ///   - source: the photo whose face is put in.
  public init(
    program: String, sample: String, source: String, values: OptionValues, logger: Logger, stop: StopToken
  ) {
    self.program = program
    self.sample = sample
    self.source = source
    self.values = values
    self.logger = logger
    self.stop = stop
  }

  public func run() throws -> BenchmarkReport {
    let folder = NSTemporaryDirectory() + "likeness-benchmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let clip = try BenchmarkClip(path: sample)
    let clips = try values.strings("benchmark_resolutions").map { try measure($0, clip, folder) }
    let still = try measureStill(clip, folder)
    let runtime = try OnnxRuntime.open(values)
    let store = try ModelStore(modelsPath: values.string("models_path"))
    let networks = FaceNetworks(runtime: runtime, models: store)
    let analyser = try networks.analyser(FaceOptions(values))
    let loader = SourceLoader(
      looker: MeshLooker(analyser: analyser, traits: nil), limitMegapixels: PictureFile.defaultLimitMegapixels,
      logger: logger, stop: stop)
    let sources = RunSources { [source] in try loader.load(SourceFiles.sources([source])) }
    let swap = SwapMeasurement(
      clip: clip, portrait: clip.size, analyser: analyser, sources: try sources.meshSources())
    return BenchmarkReport(
      machine: MachineFacts(onnxRuntime: runtime.version), mode: values.string("benchmark_mode") ?? "warm",
      cycles: cycles, options: values.all, clips: clips, still: still, swaps: try [256, 1024].map(swap.run))
  }

  private var cycles: Int { values.integer("benchmark_cycle_count") ?? 1 }
  private var isWarm: Bool { values.string("benchmark_mode") != "cold" }

  static func size(_ resolution: String) -> PixelSize {
    let height = Int(resolution.dropLast()) ?? 1080
    return PixelSize(width: (height * 16 / 9 + 1) / 2 * 2, height: height)
  }

  private func measure(_ resolution: String, _ clip: BenchmarkClip, _ folder: String) throws -> BenchmarkReport.Clip {
    let target = "\(folder)/\(resolution).mp4"
    logger.info("Making the clip of \(resolution) …")
    try clip.write(
      to: target, size: Self.size(resolution), frames: values.integer("benchmark_frames") ?? 150, stop: stop)
    var reports: [RunReport] = []
    var seconds: [Double] = []
    for cycle in 0..<(cycles + (isWarm ? 1 : 0)) {
      let (report, time) = try child(target: target, output: "\(folder)/out.mp4", folder)
      if isWarm, cycle == 0 { continue }
      reports.append(report)
      seconds.append(time)
      logger.info("\(resolution), cycle \(reports.count): \(String(format: "%.2f", report.fps)) fps")
    }
    let fps = reports.map(\.fps)
    return BenchmarkReport.Clip(
      resolution: resolution, frames: reports.last?.frames ?? 0, fps: fps.reduce(0, +) / Double(max(fps.count, 1)),
      fpsBest: fps.max() ?? 0, fpsWorst: fps.min() ?? 0,
      seconds: seconds.reduce(0, +) / Double(max(seconds.count, 1)), facesSwapped: reports.last?.facesSwapped ?? 0,
      peakMemoryMegabytes: reports.map(\.peakMemoryMegabytes).max() ?? 0,
      otherMillisecondsPerFrame: reports.last?.otherMillisecondsPerFrame ?? 0, stages: reports.last?.stages ?? [:])
  }

  private func measureStill(_ clip: BenchmarkClip, _ folder: String) throws -> BenchmarkReport.Still {
    let size = Self.size("1080p")
    let frame = Frame(size: size, format: .yuv420, color: ColorDescription(primaries: 1, transfer: 1, matrixCode: 1))
    clip.draw(into: frame, index: 0)
    let target = folder + "/still.jpg"
    try PictureFile.write(Picture(frame: Frame(frame.toPixelBuffer8())), to: target, quality: 90)
    var seconds: [Double] = []
    for cycle in 0..<(cycles + (isWarm ? 1 : 0)) {
      let (_, time) = try child(target: target, output: folder + "/still-out.jpg", folder)
      if !isWarm || cycle > 0 { seconds.append(time) }
    }
    return BenchmarkReport.Still(resolution: "1080p", seconds: seconds)
  }

  /// Runs the program once and returns its report and the seconds from start to end.
  private func child(target: String, output: String, _ folder: String) throws -> (RunReport, Double) {
    try stop.check()
    let report = folder + "/report.json"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      ["run", "-s", source, "-t", target, "-o", output, "--report", report, "--log-level", "warn"]
      + ["--consent-statement", "A measurement on clips that the program made of the portrait."] + passedOn
    stop.onStop { if process.isRunning { process.terminate() } }
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    let seconds = elapsedSeconds(since: start)
    try stop.check()
    guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: report) else {
      throw PipelineError(.failed, "A measured run ended with status \(process.terminationStatus).")
    }
    return (try JSONDecoder().decode(RunReport.self, from: data), seconds)
  }

  /// Options of the measured runs: everything that is set and belongs to them.
  private var passedOn: [String] {
    let own = Set(["config_path", "log_level", "log_format", "report"])
    let ofRun = Set(OptionTable.run.flatMap(\.options).map(\.key)).subtracting(own)
    return OptionTable.benchmark.flatMap(\.options).filter { ofRun.contains($0.key) }.flatMap { spec -> [String] in
      let words = values.strings(spec.key)
      return words.isEmpty ? [] : ["--" + spec.name] + words
    }
  }
}

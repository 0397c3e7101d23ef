import Foundation
import Inference
import Logging
import Processors

/// Runs the program on a clip in this process and watches it.
struct PipelineMeasurement {
  private let benchmark: FullBenchmark
  private let models: BenchmarkModels
  private let target: String
  private let folder: String
  /// Milliseconds of a run by model: one answer at a time, in the faster precision.
  private let times: [String: Double]
  private let busy: (@Sendable () -> Double?)?

  /// - Parameter busy: what the card says of its load, 0…100.
  init(
    _ benchmark: FullBenchmark, models: BenchmarkModels, target: String, folder: String,
    solo: [FullBenchmarkReport.Solo], busy: (@Sendable () -> Double?)? = nil
  ) {
    self.busy = busy
    self.benchmark = benchmark
    self.models = models
    self.target = target
    self.folder = folder
    times = solo.filter { $0.batch == 1 }.reduce(into: [:]) { times, one in
      times[one.model] = min(times[one.model] ?? .infinity, one.millisecondsEach)
    }
  }

  /// The fastest of the cycles. In mode `warm` a short run goes before, and the networks stay loaded after it.
  func measure(_ pipeline: FullPipeline, resolution: String) throws -> FullBenchmarkReport.Pipeline {
    // What stays loaded from run to run goes with this value.
    let kept = KeptModels()
    defer { models.forget() }
    let options = try options(pipeline, frames: nil)
    if benchmark.isWarm {
      benchmark.logger.info("\(resolution), \(pipeline.title): warming up …")
      _ = try run(self.options(pipeline, frames: options.workers + 1), kept)
    }
    var best: (report: RunReport, samples: ProgressSamples, busy: Double?)?
    for cycle in 0..<benchmark.cycles {
      let result = try run(options, kept)
      let speed = FullBenchmark.number(result.report.fps)
      benchmark.logger.info("\(resolution), \(pipeline.title), cycle \(cycle + 1): \(speed) fps")
      if result.report.fps > best?.report.fps ?? 0 { best = result }
    }
    guard let best else { throw PipelineError(.failed, "Nothing was measured.") }
    return FullBenchmarkReport.Pipeline(
      name: pipeline.title, resolution: resolution, frames: best.report.frames, facesSwapped: best.report.facesSwapped,
      fps: best.report.fps, steadyFPS: best.samples.steadyRate(from: options.workers),
      soloFPS: pipeline.soloFPS(times), busyPercent: best.busy, uploadsPerFrame: best.report.card?.pictures.uploads,
      downloadsPerFrame: best.report.card?.pictures.downloads,
      peakMemoryMegabytes: best.report.peakMemoryMegabytes, stages: best.report.stages)
  }

  private func run(
    _ options: RunOptions, _ kept: KeptModels
  ) throws -> (report: RunReport, samples: ProgressSamples, busy: Double?) {
    try benchmark.stop.check()
    let stop = StopToken()
    benchmark.stop.onStop { [outer = benchmark.stop] in if let reason = outer.reason { stop.stop(reason) } }
    let progress = RunProgress()
    // What a run tells of itself, the policy for instance, would stand between the figures once for every run.
    var logger = benchmark.logger
    if logger.logLevel == .info { logger.logLevel = .notice }
    let watch = RunWatch(progress, busy: busy)
    let outcome = Result {
      try Runner(
        options: options, logger: logger, stop: stop, progress: progress, models: models, kept: kept,
        policy: benchmark.policy, home: benchmark.home
      ).run()
    }
    let seen = watch.finish()
    return (try outcome.get(), seen.samples, seen.busyPercent)
  }

  /// Options of a run: the pipeline's, over those that the user gave, over the defaults.
  private func options(_ pipeline: FullPipeline, frames: Int?) throws -> RunOptions {
    let table = OptionTable.run.flatMap(\.options)
    var arguments = [
      "-s", benchmark.source, "-t", target, "-o", folder + "/out.mp4", "--video-memory-strategy", "tolerant",
      "--consent-statement", "A measurement on clips that the program made of the portrait.",
    ]
    if let frames { arguments += ["--trim-frame-end", "\(frames)"] }
    let given = try ParsedArguments(arguments + pipeline.arguments, table: table).values
    let passed = benchmark.values.passedOn(to: table)
    return try RunOptions(OptionValues(table: table, given: passed.merging(given) { $1 }, ini: nil))
  }
}

extension OptionValues {
  /// What was given for options that another command has too.
  func passedOn(to table: [OptionSpec]) -> [String: [String]] {
    let own = Set(["config_path", "log_level", "log_format", "report"])
    let keys = Set(table.map(\.key)).subtracting(own)
    return specified.map(\.spec.key).filter(keys.contains).reduce(into: [:]) { $0[$1] = strings($1) }
  }
}

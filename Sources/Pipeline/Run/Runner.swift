import Faces
import Foundation
import Imaging
public import Logging
import Media
public import ModelStore
import Processors

/// One run from options to finished file. Shares nothing with other runs of the same process.
public final class Runner {
  let options: RunOptions
  let logger: Logger
  let stop: StopToken
  let progress: RunProgress
  let partial: PartialFiles
  private let start = ContinuousClock.now
  private var warnings: [String] = []
  private var sources: [SourceFile] = []
  private let models: (any ModelLoading)?
  private let kept: KeptModels

  /// - Parameters:
  ///   - stop: ends the run from outside.
  ///   - progress: counts the frames.
  ///   - partial: knows the unfinished output while there is one.
  ///   - kept: where models go that stay loaded after the run (`--video-memory-strategy`).
  ///   - models: gives the models; nil = the store on this machine, with `--models-path`.
  public init(
    options: RunOptions, logger: Logger, stop: StopToken = StopToken(), progress: RunProgress = RunProgress(),
    partial: PartialFiles = PartialFiles(), models: (any ModelLoading)? = nil,
    kept: KeptModels = .process
  ) {
    self.kept = kept
    self.options = options
    self.models = models
    self.logger = logger
    self.stop = stop
    self.progress = progress
    self.partial = partial
  }

  /// Does the run. When it throws, nothing is left behind.
  public func run() throws -> RunReport {
    // The cheap questions first: nobody should wait for networks to learn of a mistyped name.
    let inputs = options.sourcePaths + [options.targetPath]
    try OutputCheck.run(output: options.outputPath, inputs: inputs)
    if let report = options.reportPath { try OutputCheck.run(output: report, inputs: inputs) }
    let devices = options.values.integers("execution_device_ids")
    if devices.count > 1 {
      warn("Of --execution-device-ids only the first, \(devices[0]), is used.")
    }
    let kind = try SourceFiles.kind(of: options.targetPath)
    sources = options.needs.contains(.sources) ? try SourceFiles.sources(options.sourcePaths) : []
    let preparation = Preparation("networks") { [options, models, kept] in
      try RunNetworks(
        options, models: models ?? ModelStore(modelsPath: options.values.string("models_path")), kept: kept)
    }
    defer { kept.release(options.memoryStrategy) }
    let outcome: RunOutcome
    switch kind {
    case .picture: outcome = try runPicture(preparation)
    case .video: outcome = try runVideo(preparation)
    case .audio, .other:
      throw PipelineError(.input, "The target '\(options.targetPath)' is neither a picture nor a video.")
    }
    return report(outcome)
  }

  /// The processors with their sources, in the order asked for.
  func plans(_ networks: RunNetworks, sources: RunSources) throws -> [ProcessorPlan] {
    let context = ProcessorContext(options: options.values, networks: networks.factory, sources: sources)
    return try options.processors.map { try $0.makePlan(context) }
  }

  /// The sources, not read yet.
  func sources(_ networks: RunNetworks) -> RunSources {
    RunSources { [options, logger, stop, sources] in
      let looker = try networks.looker(traits: options.selector.needsSourceTraits)
      let loader = SourceLoader(
        looker: looker, limitMegapixels: options.limitMegapixels, logger: logger, stop: stop)
      return try loader.load(sources)
    }
  }

  func warn(_ text: String) {
    warnings.append(text)
    logger.warning("\(text)")
  }

  private func report(_ outcome: RunOutcome) -> RunReport {
    if options.needsFaces, outcome.counts.frames > 0, outcome.counts.framesWithoutFace == outcome.counts.frames {
      warn("No face was found in '\(options.targetPath)'; the frames are unchanged.")
    }
    let seconds = progress.seconds
    return RunReport(
      sources: options.sourcePaths, target: options.targetPath, output: options.outputPath,
      options: options.values.all, counts: outcome.counts,
      fps: seconds > 0 ? Double(outcome.counts.frames) / seconds : 0, seconds: elapsedSeconds(since: start),
      timings: outcome.timings, warnings: warnings)
  }
}

/// What a run hands to its report.
struct RunOutcome {
  var counts: RunCounts
  var timings: StageTimings
}

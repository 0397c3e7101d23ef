import Faces
import Foundation
import Imaging
import Inference
public import Logging
import Media
public import ModelStore
import Processors
public import Safeguards

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
  private let modelLog = ModelLog()
  private let policy: PolicyFile.Loaded?
  private let home: String
  let cardSystem: CardSystem?

  /// - Parameters:
  ///   - stop: ends the run from outside.
  ///   - progress: counts the frames.
  ///   - partial: knows the unfinished output while there is one.
  ///   - kept: where models go that stay loaded after the run (`--video-memory-strategy`).
  ///   - models: gives the models; nil = the store on this machine, with `--models-path`.
  ///   - policy: what the safeguards demand; nil = the policy of this machine.
  ///   - home: where keys, audit log and the gates' models lie; nil = Likeness' folder.
  public convenience init(
    options: RunOptions, logger: Logger, stop: StopToken = StopToken(), progress: RunProgress = RunProgress(),
    partial: PartialFiles = PartialFiles(), models: (any ModelLoading)? = nil,
    kept: KeptModels = .process, policy: PolicyFile.Loaded? = nil, home: String? = nil
  ) {
    self.init(
      options: options, logger: logger, stop: stop, progress: progress, partial: partial, models: models, kept: kept,
      policy: policy, home: home, cardSystem: nil)
  }

  /// - Parameter cardSystem: where cards come from; nil = the machine's driver, when the networks run on a card.
  package init(
    options: RunOptions, logger: Logger, stop: StopToken = StopToken(), progress: RunProgress = RunProgress(),
    partial: PartialFiles = PartialFiles(), models: (any ModelLoading)? = nil,
    kept: KeptModels = .process, policy: PolicyFile.Loaded? = nil, home: String? = nil, cardSystem: CardSystem?
  ) {
    self.cardSystem = cardSystem
    self.kept = kept
    self.policy = policy
    self.home = home ?? ModelStore.defaultHome()
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
    let kind = try SourceFiles.kind(of: options.targetPath)
    sources = options.needs.contains(.sources) ? try SourceFiles.sources(options.sourcePaths) : []
    let used = UsedModels(try models ?? ModelStore(modelsPath: options.values.string("models_path")))
    let preparation = Preparation("networks") { [options, kept, modelLog, cardSystem, logger, stop] in
      try RunNetworks(
        options, models: used, kept: kept, log: modelLog,
        cards: kind == .video ? CardSearch(system: cardSystem, logger: logger, stop: stop) : nil)
    }
    defer { kept.release(options.memoryStrategy) }
    let safeguards = try safeguards(used)
    do {
      try safeguards.begin()
      let outcome =
        switch kind {
        case .picture: try runPicture(preparation, safeguards)
        case .video: try runVideo(preparation, safeguards)
        case .audio, .other:
          throw PipelineError(.input, "The target '\(options.targetPath)' is neither a picture nor a video.")
        }
      return report(outcome, safeguards.summary)
    } catch {
      safeguards.ended(by: error)
      throw error
    }
  }

  private func safeguards(_ models: UsedModels) throws -> RunSafeguards {
    let policy = try policy ?? PolicyFile.load()
    logger.info("The policy in force is \(policy.origin), SHA-256 \(policy.hash).")
    for warning in policy.warnings { warn(warning) }
    return try RunSafeguards(
      policy, options: options, sources: sources.map(\.path), models: models, home: home, warn: warn)
  }

  /// The processors with their sources, in the order asked for.
  func plans(_ networks: RunNetworks, sources: RunSources) throws -> [ProcessorPlan] {
    let context = ProcessorContext(options: options.values, networks: networks.factory, sources: sources)
    return try options.processors.map { try $0.makePlan(context) }
  }

  /// The sources, not read yet.
  func sources(_ networks: RunNetworks, _ safeguards: RunSafeguards) -> RunSources {
    RunSources { [options, logger, stop, sources] in
      let looker = try networks.looker(traits: options.selector.needsSourceTraits)
      let loader = SourceLoader(
        looker: looker, limitMegapixels: options.limitMegapixels, logger: logger, stop: stop)
      let photos = try loader.load(sources)
      try safeguards.inspect(photos)
      return photos
    }
  }

  func warn(_ text: String) {
    warnings.append(text)
    logger.warning("\(text)")
  }

  private func report(_ outcome: RunOutcome, _ safeguards: SafeguardsReport) -> RunReport {
    if options.needsFaces, outcome.counts.frames > 0, outcome.counts.framesWithoutFace == outcome.counts.frames {
      warn("No face was found in '\(options.targetPath)'; the frames are unchanged.")
    }
    if options.devices.count > 1, outcome.card == nil {
      warn("Of --execution-device-ids only the first, \(options.devices[0]), was used.")
    }
    let seconds = progress.seconds
    // What cards did for all workers says more than the sessions beside it.
    let onCards = Set(outcome.cardModels.map(\.model))
    let models = outcome.cardModels + modelLog.reports.filter { !onCards.contains($0.model) }
    return RunReport(
      sources: options.sourcePaths, target: options.targetPath, output: options.outputPath,
      options: options.values.all, counts: outcome.counts,
      fps: seconds > 0 ? Double(outcome.counts.frames) / seconds : 0, seconds: elapsedSeconds(since: start),
      timings: outcome.timings, warnings: warnings, safeguards: safeguards, models: models, card: outcome.card)
  }
}

/// What a run hands to its report.
struct RunOutcome {
  var counts: RunCounts
  var timings: StageTimings
  var card: CardReport?
  /// What ran on cards for all workers together.
  var cardModels: [ModelReport] = []
}

import Foundation
import Imaging
import Inference
public import Logging
import Media
import ModelStore
import Processors
import Safeguards
import TestSupport

/// Measures what the published networks cost on this machine, alone and in the program, without their files: they are
/// built with random weights (``FullModel``).
///
/// All runs are made in this process, one after the other, on a clip of the moving portrait.
public struct FullBenchmark {
  let sample: String
  let source: String
  let values: OptionValues
  let logger: Logger
  let stop: StopToken
  /// Likeness' folder; nil = the usual one.
  var home: String?
  /// What the safeguards demand; nil = the policy of this machine.
  var policy: PolicyFile.Loaded?

  /// - Parameters:
  ///   - sample: a portrait; the clip shows it.
  ///   - source: the photo whose face is put in.
  public init(sample: String, source: String, values: OptionValues, logger: Logger, stop: StopToken) {
    self.sample = sample
    self.source = source
    self.values = values
    self.logger = logger
    self.stop = stop
  }

  /// - Parameter update: is given all that has been measured so far whenever something has been added, so that nothing is
  ///   lost when the rest takes too long.
  public func run(update: (FullBenchmarkReport) throws -> Void = { _ in }) throws -> FullBenchmarkReport {
    let folder = NSTemporaryDirectory() + "likeness-benchmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runtime = try OnnxRuntime.open(values)
    let store = try ModelStore(home: home, modelsPath: values.string("models_path"))
    var report = FullBenchmarkReport(
      machine: MachineFacts(onnxRuntime: runtime.version), options: values.all, solo: [], pipelines: [], notes: [])
    try measureAlone(runtime, store, &report, update)
    let card = card(for: report.solo)
    report.card = card?.name
    let clip = try BenchmarkClip(path: sample)
    for resolution in resolutions {
      let size = Benchmark.size(resolution)
      let target = "\(folder)/\(resolution).mp4"
      logger.info("Making the clip of \(resolution) …")
      try clip.write(to: target, size: size, frames: frames, stop: stop)
      let measurement = PipelineMeasurement(
        self, models: models(store, width: size.width), target: target, folder: folder, solo: report.solo,
        busy: card?.busy)
      for pipeline in FullPipeline.allCases {
        do {
          report.pipelines.append(try measurement.measure(pipeline, resolution: resolution))
        } catch let error as ModelStoreError {
          report.notes.append("The pipeline \"\(pipeline.title)\" was not measured: \(error)")
        }
        try update(report)
      }
    }
    return report
  }

  // MARK: Settings

  var thinness: Int { values.integer("model_thinness") ?? 1 }
  var cycles: Int { values.integer("benchmark_cycle_count") ?? 1 }
  var isWarm: Bool { values.string("benchmark_mode") != "cold" }
  private var frames: Int { values.integer("benchmark_frames") ?? 150 }

  /// Those asked for, else 1080p alone: the others cost as much for the networks.
  private var resolutions: [String] {
    let isGiven = values.specified.contains { $0.spec.key == "benchmark_resolutions" }
    return isGiven ? values.strings("benchmark_resolutions") : ["1080p"]
  }

  /// Detectors see the picture in a square of 640 without enlarging it, and a steered one sees the face in the square.
  private func models(_ store: ModelStore, width: Int) -> BenchmarkModels {
    let share = min(Double(width) / 640, 1)
    let face = FacePlace.middle
    return BenchmarkModels(
      others: store, thinness: thinness,
      face: FacePlace(left: face.left * share, top: face.top * share, side: face.side * share))
  }

  /// The card that the networks were measured on; nil on the processor.
  private func card(for solo: [FullBenchmarkReport.Solo]) -> BenchmarkCard? {
    let providers = [ExecutionProvider.cuda, .tensorrt].map(\.rawValue)
    guard solo.contains(where: { providers.contains($0.provider) }) else { return nil }
    let device = values.strings("execution_device_ids").first ?? "0"
    return try? BenchmarkCard(device: device, driver: CUDADriver.open())
  }

  // MARK: Networks alone

  /// The published networks, and those of the open pack that work on every frame, where they are there.
  private func measureAlone(
    _ runtime: OnnxRuntime, _ store: ModelStore, _ report: inout FullBenchmarkReport,
    _ update: (FullBenchmarkReport) throws -> Void
  ) throws {
    let measurement = SoloMeasurement(runtime: runtime, options: try SessionOptions(values), stop: stop)
    let models = models(store, width: 640)
    let published = FullModel.allCases.filter { $0 != .fan68 }
    let open = FullPipeline.swap.models.keys.sorted { $0.rawValue < $1.rawValue }
    for id in published.map({ ModelID(rawValue: $0.rawValue) }) + open {
      do {
        let builder = FullModel(rawValue: id.rawValue).map(models.builder)
        let bytes = try builder?.model.bytes ?? store.load(id)
        logger.info("Measuring \(id.rawValue) alone …")
        let found = try measurement.measureAll(id.rawValue, bytes: bytes, cost: builder) { report.notes.append($0) }
        for one in found {
          logger.info("\(one.model) alone: \(Self.number(one.p50Milliseconds)) ms, \(one.precision), \(one.provider)")
        }
        report.solo += found
        try update(report)
      } catch let error as ModelStoreError {
        report.notes.append("\(id.rawValue) was not measured: \(error)")
      }
    }
  }

  /// Two digits behind the point, and three where there is nothing before it.
  static func number(_ value: Double) -> String { String(format: abs(value) < 1 ? "%.3f" : "%.2f", value) }
}

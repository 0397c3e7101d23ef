import Foundation
public import Inference
import Processors

/// What a run did, for people (summary) and programs (`--report`).
public struct RunReport: Codable, Sendable {
  /// Time of one stage. Milliseconds a call, seconds over all calls (of all workers together).
  public struct StageTime: Codable, Sendable {
    public var count: Int
    public var meanMilliseconds: Double
    public var p50Milliseconds: Double
    public var p95Milliseconds: Double
    public var totalSeconds: Double
    /// Processor time of the measuring thread alone, milliseconds a call.
    public var processorMilliseconds: Double

    enum CodingKeys: String, CodingKey {
      case count
      case meanMilliseconds = "mean_ms"
      case p50Milliseconds = "p50_ms"
      case p95Milliseconds = "p95_ms"
      case totalSeconds = "total_s"
      case processorMilliseconds = "cpu_ms"
    }

    init(_ durations: StageDurations) {
      count = durations.count
      meanMilliseconds = durations.count > 0 ? durations.total * 1000 / Double(durations.count) : 0
      p50Milliseconds = durations.quantile(0.5) * 1000
      p95Milliseconds = durations.quantile(0.95) * 1000
      totalSeconds = durations.total
      processorMilliseconds = durations.count > 0 ? durations.processorTotal * 1000 / Double(durations.count) : 0
    }
  }

  public var sources: [String]
  public var target: String
  public var output: String
  /// Options in force, by key.
  public var options: [String: String]
  public var frames: Int
  public var facesSwapped: Int
  public var framesWithoutFace: Int
  public var fps: Double
  /// From the start of the run to the finished file, loading included.
  public var seconds: Double
  public var stages: [String: StageTime]
  public var peakMemoryMegabytes: Double
  public var warnings: [String]
  public var safeguards: SafeguardsReport
  /// The networks of the run, and how they were run.
  public var models: [ModelReport]
  /// nil where frames stay on the host.
  public var card: CardReport?

  enum CodingKeys: String, CodingKey {
    case sources, target, output, options, frames, fps, seconds, stages, warnings, safeguards, models, card
    case facesSwapped = "faces_swapped"
    case framesWithoutFace = "frames_without_face"
    case peakMemoryMegabytes = "peak_memory_mb"
  }

  /// Milliseconds of processor time a frame outside the networks, the decoder and the encoder.
  public var otherMillisecondsPerFrame: Double {
    let own = [Stage.swapPrepare, .swapAdvance, .swapFinish, .debug, .copy].compactMap { stages[$0.rawValue] }
    let sum = own.reduce(0) { $0 + $1.processorMilliseconds * Double($1.count) }
    return frames > 0 ? sum / Double(frames) : 0
  }

  init(
    sources: [String], target: String, output: String, options: [String: String], counts: RunCounts, fps: Double,
    seconds: Double, timings: StageTimings, warnings: [String], safeguards: SafeguardsReport,
    models: [ModelReport], card: CardReport?
  ) {
    self.sources = sources
    self.target = target
    self.output = output
    self.options = options
    self.warnings = warnings
    self.safeguards = safeguards
    self.models = models
    self.card = card
    self.fps = fps
    self.seconds = seconds
    frames = counts.frames
    facesSwapped = counts.facesSwapped
    framesWithoutFace = counts.framesWithoutFace
    peakMemoryMegabytes = Pipeline.peakMemoryMegabytes()
    stages = timings.stages.reduce(into: [:]) { $0[$1.key.rawValue] = StageTime($1.value) }
  }

  /// Writes the report as JSON beside `path`, then renames it into place.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PipelineError(.output, "The report \(path) cannot be written.", underlying: error)
    }
  }
}

/// Largest amount of memory this process has held so far, in megabytes of 1,000,000 bytes; 0 where the system does not
/// tell.
public func peakMemoryMegabytes() -> Double {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
  else { return 0 }
  return kibibytes * 1024 / 1_000_000
}

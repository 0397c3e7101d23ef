/// What `likeness benchmark --models full` measured.
public struct FullBenchmarkReport: Codable, Sendable {
  /// One network alone: one run after the other, nothing beside it.
  public struct Solo: Codable, Sendable {
    public var model: String
    /// Millions of learned numbers; nil for models that come from files.
    public var weightsMillions: Double?
    /// Thousand millions of operations a run, an addition and a multiplication counted as two.
    public var gigaflops: Double?
    public var provider: String
    public var precision: String
    public var batch: Int
    /// From the file's bytes to a session.
    public var loadSeconds: Double
    public var runs: Int
    public var meanMilliseconds: Double
    public var p50Milliseconds: Double
    public var p95Milliseconds: Double

    /// Operations a second, in thousand millions.
    public var gigaflopsPerSecond: Double? {
      gigaflops.flatMap { meanMilliseconds > 0 ? $0 * Double(batch) / meanMilliseconds * 1000 : nil }
    }

    /// Of one picture of the batch.
    public var millisecondsEach: Double { meanMilliseconds / Double(max(batch, 1)) }
  }

  /// A run of the program on a clip.
  public struct Pipeline: Codable, Sendable {
    public var name: String
    public var resolution: String
    public var frames: Int
    public var facesSwapped: Int
    /// Frames a second from the first frame asked for to the finished file, networks loaded on the way included; the best
    /// of the cycles.
    public var fps: Double
    /// Frames a second without the start and the end; nil when the clip was too short to tell.
    public var steadyFPS: Double?
    /// What one frame after the other would reach with the networks' times alone: 1 / the sum of the solo times of a
    /// frame.
    public var soloFPS: Double?
    /// Share of the time in which the card worked, 0…100, by its own count; nil without a card.
    public var busyPercent: Double?
    /// Copies between the processor's memory and the card's; nil where none are counted.
    public var uploadsPerFrame: Double?
    public var downloadsPerFrame: Double?
    public var peakMemoryMegabytes: Double
    public var stages: [String: RunReport.StageTime]

    /// The speed reached against the one that the networks' solo times allow.
    public var ratio: Double? { soloFPS.map { (steadyFPS ?? fps) / $0 } }
  }

  public var machine: MachineFacts
  /// The card that was used; nil on the processor.
  public var card: String?
  public var options: [String: String]
  public var solo: [Solo]
  public var pipelines: [Pipeline]
  /// What could not be measured, in sentences.
  public var notes: [String]
}

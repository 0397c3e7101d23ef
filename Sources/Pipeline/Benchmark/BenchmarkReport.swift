/// Everything a benchmark measured.
public struct BenchmarkReport: Codable, Sendable {
  /// One clip size.
  public struct Clip: Codable, Sendable {
    public var resolution: String
    public var frames: Int
    /// Frames a second from the first frame to the finished file: mean, best and worst of the cycles.
    public var fps: Double
    public var fpsBest: Double
    public var fpsWorst: Double
    /// Seconds from the start of the program to its end, loading included; mean of the cycles.
    public var seconds: Double
    public var facesSwapped: Int
    public var peakMemoryMegabytes: Double
    /// Milliseconds of processor time a frame outside the networks, the decoder and the encoder.
    public var otherMillisecondsPerFrame: Double
    /// Of the last cycle.
    public var stages: [String: RunReport.StageTime]
  }

  /// The still picture.
  public struct Still: Codable, Sendable {
    public var resolution: String
    /// Seconds from the start of the program to its end, per cycle.
    public var seconds: [Double]
  }

  /// Everything after the mesh for one face, on one core.
  public struct Swap: Codable, Sendable {
    public var window: Int
    public var meanMilliseconds: Double
    public var p50Milliseconds: Double
    public var p95Milliseconds: Double
  }

  public var machine: MachineFacts
  public var mode: String
  public var cycles: Int
  public var options: [String: String]
  public var clips: [Clip]
  public var still: Still
  public var swaps: [Swap]
}

import Synchronization

/// What a model ran on and how, for the report of a run.
public struct ModelReport: Sendable, Hashable, Codable {
  public let model: String
  /// The provider that computes it, under the name of `--execution-providers`.
  public let provider: String
  /// Which nodes fell off the device; nil on the processor, and for runtimes older than 1.24.
  public let placement: SessionPlacement?
  /// Half or single precision and why; nil where single precision was asked for.
  public let precision: PrecisionReport?
  /// Half precision was in use and gave numbers that are not finite.
  public let fellBack: Bool
  /// What was put together for several workers; nil where each asks for itself.
  public let batches: Batches?

  /// Runs of several requests at once.
  public struct Batches: Sendable, Hashable, Codable {
    public let requests: Int
    /// Requests a run.
    public let mean: Double
    /// How often memory ran out and the batch was halved.
    public let halvings: Int

    init(_ statistics: BatchStatistics) {
      requests = statistics.requests
      mean = statistics.meanBatch
      halvings = statistics.halvings
    }
  }
}

extension InferenceSession {
  /// Tells what the session's model ran on and how, whenever it is asked; keeps the batches that it shares, and nothing
  /// else, loaded.
  public var reporter: @Sendable () -> ModelReport {
    let (name, provider, placement, precision) = (name, provider.rawValue, placement, precision)
    return { [runtime, counter = batchCounter] in
      ModelReport(
        model: name, provider: provider, placement: placement, precision: precision,
        fellBack: runtime.fellBack.withLock { $0.contains(name) },
        batches: counter.map { ModelReport.Batches($0()) })
    }
  }
}

public import Inference
import Synchronization

/// How one model was run, for `--report`.
public struct NetworkReport: Codable, Sendable {
  public var model: String
  /// Under the name of `--execution-providers`.
  public var provider: String
  /// nil where single precision was asked for.
  public var precision: PrecisionReport?
  /// nil on the processor.
  public var placement: SessionPlacement?
  /// Runs of several requests at once; nil where every worker asks for itself.
  public var batches: Batches?

  public struct Batches: Codable, Sendable {
    public var requests: Int
    public var meanBatch: Double
    /// How often memory ran out and the batch was halved.
    public var halvings: Int

    enum CodingKeys: String, CodingKey {
      case requests, halvings
      case meanBatch = "mean_batch"
    }
  }
}

/// The sessions of a run, for its report.
final class ModelLog: Sendable {
  private struct Entry: Sendable {
    var report: NetworkReport
    var batches: (@Sendable () -> BatchStatistics)?
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Notes a session; further ones of the same model say the same.
  func add(_ session: InferenceSession) {
    let report = NetworkReport(
      model: session.name, provider: session.provider.rawValue, precision: session.precision,
      placement: session.placement, batches: nil)
    let entry = Entry(report: report, batches: session.batchCounter)
    entries.withLock { $0[session.name] = entry }
  }

  /// One for each model, by name.
  var reports: [NetworkReport] {
    entries.withLock { entries in
      entries.sorted { $0.key < $1.key }.map { _, entry in
        var report = entry.report
        if let statistics = entry.batches?() {
          report.batches = .init(
            requests: statistics.requests, meanBatch: statistics.meanBatch, halvings: statistics.halvings)
        }
        return report
      }
    }
  }
}

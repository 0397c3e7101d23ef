import Inference
import Synchronization

/// The networks of a run, for its report.
final class ModelLog: Sendable {
  private let reporters = Mutex<[String: @Sendable () -> ModelReport]>([:])

  /// Notes a session; further ones of the same model say the same.
  func add(_ session: InferenceSession) {
    let (name, reporter) = (session.name, session.reporter)
    reporters.withLock { $0[name] = reporter }
  }

  /// One for each model, by name.
  var reports: [ModelReport] {
    reporters.withLock { $0 }.sorted { $0.key < $1.key }.map { $0.value() }
  }
}

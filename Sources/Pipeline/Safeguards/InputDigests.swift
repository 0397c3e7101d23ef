import ModelStore
import Safeguards

/// The sums of a run's input files, made beside the work: a large video takes seconds.
final class InputDigests {
  struct Input: Sendable {
    let role: String
    let path: String
    let digest: FileDigest
  }

  private let preparation: Preparation<[Input]>

  /// - Parameter files: roles and paths.
  init(_ files: [(role: String, path: String)]) {
    preparation = Preparation("digests") {
      try files.map { Input(role: $0.role, path: $0.path, digest: try FileDigest(ofJobFile: $0.path)) }
    }
  }

  /// Waits for them. Throws what reading a file threw.
  func get() throws -> [Input] { try preparation.get() }
}

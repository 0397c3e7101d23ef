import ArgumentParser
import Faces
import Inference
import Media
import ModelStore
import Pipeline
import Processors
import Safeguards

/// What the shell sees. `Documentation/exit-statuses.md` explains each.
enum ExitStatus: Int32 {
  case success = 0
  /// The work failed on the way.
  case failure = 1
  /// The options or the files given were refused.
  case refused = 2
  /// The content gate refused a source or the target.
  case flagged = 3
  /// The runtime or a model is missing or damaged.
  case notInstalled = 5
  /// A safeguard other than the content gate refused the job.
  case forbidden = 6
  /// What was verified does not hold.
  case unverified = 7

  /// The status of a program ended by a signal, as shells count.
  static func ended(by signal: Int32) -> Int32 { 128 + signal }

  /// The one table from errors to statuses.
  init(_ error: any Error) {
    switch error {
    case let error as PipelineError: self = error.code == .failed ? .failure : .refused
    case let error as MediaError: self = ExitStatus.failures.contains(error.code) ? .failure : .refused
    case let error as ModelStoreError: self = ExitStatus.of(error.code)
    case let error as InferenceError: self = ExitStatus.of(error.code)
    case let error as FacesError: self = error.code == .unexpectedModel ? .notInstalled : .refused
    case let error as ProcessorsError: self = error.code == .option || error.code == .source ? .refused : .failure
    case let error as SafeguardsError: self = ExitStatus.of(error.code)
    default: self = .failure
    }
  }

  private static func of(_ code: SafeguardsError.Code) -> ExitStatus {
    switch code {
    case .content: .flagged
    case .similarity, .protected, .minor, .consent: .forbidden
    case .policy, .request: .refused
    default: .failure
    }
  }

  private static func of(_ code: ModelStoreError.Code) -> ExitStatus {
    switch code {
    case .unknownModel, .optionInvalid, .folderMissing, .licenceNotAccepted: .refused
    case .downloadFailed, .diskFull, .unwritable: .failure
    default: .notInstalled
    }
  }

  /// What can only be met while the work goes on.
  private static let failures: Set<MediaError.Code> = [
    .damaged, .diskFull, .writeFailed, .cancelled, .outOfMemory,
  ]
  private static let runFailures: Set<InferenceError.Code> = [
    .runFailed, .notFinite, .cancelled, .tensorMismatch, .deviceOutOfMemory, .deviceFailed,
    .overBudget,
  ]

  private static func of(_ code: InferenceError.Code) -> ExitStatus {
    if code == .invalidOption { return .refused }
    return runFailures.contains(code) ? .failure : .notInstalled
  }
}

import Faces
import Inference

/// `--video-memory-strategy`: which models stay loaded when a run has ended, for the next run of the same process.
public enum MemoryStrategy: String, Sendable, CaseIterable {
  /// None.
  case strict
  /// Those that find, recognise and mask faces; those of the processors go.
  case moderate
  /// All.
  case tolerant
}

/// The models that outlive the runs of this process.
public struct KeptModels: Sendable {
  /// Of the whole process.
  public static let process = KeptModels()

  private let common = ModelKeeper()
  private let processors = ModelKeeper()

  public init() {}

  public var count: Int { common.count + processors.count }

  func keep(_ session: InferenceSession, _ use: ModelUse, _ strategy: MemoryStrategy) {
    switch (strategy, use) {
    case (.strict, _), (.moderate, .processor): break
    case (.moderate, .common), (.tolerant, .common): common.keep(session)
    case (.tolerant, .processor): processors.keep(session)
    }
  }

  /// To be called when a run has ended, however it ended.
  func release(_ strategy: MemoryStrategy) {
    if strategy != .tolerant { processors.releaseAll() }
    if strategy == .strict { common.releaseAll() }
  }
}

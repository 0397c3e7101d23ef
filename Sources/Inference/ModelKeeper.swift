import Synchronization

/// Keeps models loaded after their last session has gone, so that the next session on the same file starts at once.
///
/// Sessions that share their model (``SessionOptions/sharesModel``) find it again; others are not kept.
public final class ModelKeeper: Sendable {
  private let models = Mutex<[ObjectIdentifier: LoadedModel]>([:])

  public init() {}

  /// Keeps the model of a session from now on.
  public func keep(_ session: InferenceSession) {
    models.withLock { $0[ObjectIdentifier(session.model)] = session.model }
  }

  /// Lets go of all of them; those that no session uses are unloaded.
  public func releaseAll() {
    // Unloading happens after the lock is given back: it may take a while.
    let released = models.withLock { models in
      defer { models = [:] }
      return models
    }
    withExtendedLifetime(released) {}
  }

  /// How many models are kept.
  public var count: Int { models.withLock { $0.count } }
}

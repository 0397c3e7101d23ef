import Synchronization

/// What a model was loaded from and how.
struct ModelKey: Hashable, Sendable {
  let name: String
  let options: SessionOptions
  let digest: ContentDigest
}

/// Loaded models that some session still uses, so that further sessions of the same bytes and options share them.
final class ModelCache<Model: AnyObject & Sendable>: Sendable {
  /// One model's place. It has a lock of its own: two callers of one model wait for each other (and then share it),
  /// while different models load side by side.
  private final class Entry: Sendable {
    private struct WeakModel: Sendable {
      weak var model: Model?
    }

    private let held = Mutex(WeakModel())

    func model(load: () throws -> Model) throws -> Model {
      try held.withLock { held in
        if let model = held.model { return model }
        let model = try load()
        held.model = model
        return model
      }
    }
  }

  private let entries = Mutex<[ModelKey: Entry]>([:])

  /// The model in use under this key, else the one that `load` makes.
  func model(_ key: ModelKey, load: () throws -> Model) throws -> Model {
    let entry = entries.withLock { entries in
      let entry = entries[key] ?? Entry()
      entries[key] = entry
      return entry
    }
    return try entry.model(load: load)
  }
}

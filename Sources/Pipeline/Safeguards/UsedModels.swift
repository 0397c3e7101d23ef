import ModelStore
import Safeguards
import Synchronization

/// Gives models and remembers which ones were asked for, for the records of a run.
final class UsedModels: ModelLoading {
  private let models: any ModelLoading
  private let used = Mutex<[String: String]>([:])

  init(_ models: any ModelLoading) { self.models = models }

  func load(_ id: ModelID) throws -> [UInt8] {
    let bytes = try models.load(id)
    if used.withLock({ $0[id.rawValue] }) == nil {
      // The store has just held the bytes to the sum it knows; others are summed here.
      let sum = (models as? ModelStore)?.knownSHA256(of: id) ?? FileDigest(bytes: bytes).sha256
      used.withLock { $0[id.rawValue] = sum }
    }
    return bytes
  }

  /// ID and SHA-256 of every model so far, by ID.
  var all: [(id: String, sha256: String)] {
    used.withLock { used in used.sorted { $0.key < $1.key }.map { (id: $0.key, sha256: $0.value) } }
  }
}

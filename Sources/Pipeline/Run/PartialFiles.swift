import Foundation
import Synchronization

/// The unfinished files of a run, so that whoever ends the program can take them away.
public final class PartialFiles: Sendable {
  private let paths = Mutex<Set<String>>([])

  public init() {}

  public func add(_ path: String) {
    paths.withLock { _ = $0.insert(path) }
  }

  /// The file is finished or gone.
  public func forget(_ path: String) {
    paths.withLock { _ = $0.remove(path) }
  }

  /// Deletes every file that is still unfinished.
  public func removeAll() {
    let leftover = paths.withLock { paths in
      defer { paths = [] }
      return paths
    }
    for path in leftover { unlink(path) }
  }
}

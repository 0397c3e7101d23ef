import Foundation
import ModelStore

/// The folder of keys, registry and audit log: `safeguards` in Likeness' folder. Only its owner may enter it.
public struct SafeguardsFolder: Sendable, Hashable {
  public let path: String

  /// - Parameter home: nil = `ModelStore.defaultHome()`. Nothing is made on disk.
  public init(home: String? = nil) {
    path = (home ?? ModelStore.defaultHome()) + "/safeguards"
  }

  /// Where something of this name lies, whether it is there or not.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes the folder with mode 0700 unless it is there.
  ///
  /// Throws `storage` when it cannot be made, and `key` when others may write to it: they could put their keys in place
  /// of ours.
  public func make() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    } catch {
      throw SafeguardsError(
        .storage, "\(path) cannot be made: \(error.localizedDescription)",
        hint: "Choose another folder with LIKENESS_HOME.", underlying: error)
    }
    if mkdir(path, 0o700) != 0 && errno != EEXIST { throw SafeguardsError.unwritable(path, errno) }
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw SafeguardsError.unwritable(path, errno) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw SafeguardsError.unwritable(path, ENOTDIR) }
    guard facts.st_mode & 0o022 == 0 else {
      throw SafeguardsError(.key, "Others may write to \(path).", hint: "Run: chmod 700 '\(path)'")
    }
  }
}

extension SafeguardsError {
  /// The error for a call that would have written to `path` and failed with this `errno`.
  static func unwritable(_ path: String, _ number: Int32) -> SafeguardsError {
    SafeguardsError(
      .storage, "\(path) cannot be written: \(String(cString: strerror(number))).",
      hint: number == ENOSPC || number == EDQUOT
        ? "Make room." : "Mend the permissions, or choose another folder with LIKENESS_HOME.")
  }
}

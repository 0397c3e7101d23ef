import Foundation

/// Makes a file that is either not there or whole, and made once whoever else tries at the same time.
enum NewFile {
  /// Makes the file `path` with mode 0600, unless it is there.
  ///
  /// `fill` is given the path of an empty file beside it. That file takes its name only when it is complete, and only
  /// when nobody else was quicker; whoever was slower goes on with the other's file. Returns whether this call made it.
  ///
  /// Throws `storage` when the file cannot be made, and what `fill` throws; nothing is left behind then.
  @discardableResult
  static func make(_ path: String, fill: (String) throws -> Void) throws -> Bool {
    let draft = "\(path).\(UUID().uuidString)"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SafeguardsError.unwritable(path, errno) }
    // Whatever the umask says.
    fchmod(descriptor, 0o600)
    close(descriptor)
    defer { unlink(draft) }
    try fill(draft)
    try synchronize(draft)
    // Unlike a rename a link never takes the place of what is there.
    let isMade = link(draft, path) == 0
    if !isMade && errno != EEXIST { throw SafeguardsError.unwritable(path, errno) }
    try synchronize((path as NSString).deletingLastPathComponent)
    return isMade
  }

  /// Returns when what was written has reached the disk.
  private static func synchronize(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SafeguardsError.unwritable(path, errno) }
    defer { close(descriptor) }
    // Some file systems know no fsync of a folder.
    if fsync(descriptor) != 0 && errno != EINVAL { throw SafeguardsError.unwritable(path, errno) }
  }
}

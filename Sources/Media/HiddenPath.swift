import Foundation
import Synchronization

/// The path of a hidden file that becomes an output later: `.stem.part-<pid>-<random>.ext`.
///
/// The name says for which output it is and by which process, so that what a killed process has left can be told from
/// what another one is working on; see ``removeStale(for:in:)``. This object stands for the work on it.
public final class HiddenPath: Sendable {
  public let path: String

  private static let inUse = Mutex<Set<String>>([])
  /// What marks a copy that metadata are written into has behind its name.
  private static let copySuffix = ".marking"

  /// - Parameters:
  ///   - output: the path the file is to have in the end.
  ///   - folder: where it lies until then; nil = beside the output.
  public init(for output: String, in folder: String? = nil) {
    let (stem, suffix) = Self.parts(of: output)
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    let name = ".\(stem).part-\(getpid())-\(random).\(suffix)"
    path = (folder.map { URL(fileURLWithPath: $0) } ?? Self.folder(of: output)).appendingPathComponent(name).path
    Self.inUse.withLock { _ = $0.insert(path) }
  }

  deinit { Self.inUse.withLock { _ = $0.remove(path) } }

  /// Deletes hidden files of this output that no process is working on any more.
  ///
  /// Such a file belongs to this user, has a name of a process that is not there (a killed one, or an earlier one of the
  /// same number, as in containers), and nobody holds its lock. Where that is not certain, the file stays. Never throws:
  /// a folder that cannot be read has nothing to be tidied.
  ///
  /// - Parameter folder: nil = that of the output.
  public static func removeStale(for output: String, in folder: String? = nil) {
    let folder = folder.map { URL(fileURLWithPath: $0) } ?? Self.folder(of: output)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let parts = parts(of: output)
    for name in names {
      guard let process = owner(of: name, stem: parts.stem, suffix: parts.suffix) else { continue }
      let path = folder.appendingPathComponent(name).path
      if !isAtWork(process, on: path) { removeUnlocked(path) }
    }
  }

  /// Takes the lock that says that somebody is working on an open file. false only when the file was taken away since it
  /// was opened; file systems without locks get none.
  static func lock(_ descriptor: Int32) -> Bool {
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  private static func removeUnlocked(_ path: String) {
    let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    unlink(path)
  }

  private static func isAtWork(_ process: pid_t, on path: String) -> Bool {
    guard process == getpid() else { return kill(process, 0) == 0 || errno != ESRCH }
    let original = path.hasSuffix(copySuffix) ? String(path.dropLast(copySuffix.count)) : path
    return inUse.withLock { $0.contains(original) }
  }

  /// The process in a name of this output's, nil for any other name. A file on its way through another folder has a
  /// hidden file of its own, so that the mark can stand there twice; the last one counts.
  static func owner(of name: String, stem: String, suffix: String) -> pid_t? {
    let bare = name.hasSuffix(copySuffix) ? name.dropLast(copySuffix.count) : name[...]
    guard bare.hasSuffix("." + suffix) else { return nil }
    let marks = bare.dropLast(suffix.count + 1).components(separatedBy: ".part-")
    guard marks.count >= 2, marks.count <= 3, marks[0] == String(repeating: ".", count: marks.count - 1) + stem else {
      return nil
    }
    let owners = marks.dropFirst().map { mark -> pid_t? in
      let fields = mark.split(separator: "-", omittingEmptySubsequences: false)
      guard fields.count == 2, !fields[1].isEmpty, fields[1].allSatisfy(\.isHexDigit) else { return nil }
      return pid_t(fields[0]).flatMap { $0 > 0 ? $0 : nil }
    }
    return owners.contains(nil) ? nil : owners[owners.count - 1]
  }

  private static func folder(of output: String) -> URL {
    URL(fileURLWithPath: output).deletingLastPathComponent()
  }

  /// Names may hold 255 bytes; long ones are cut in front of the suffix.
  private static func parts(of output: String) -> (stem: String, suffix: String) {
    let url = URL(fileURLWithPath: output)
    var stem = url.deletingPathExtension().lastPathComponent
    while stem.utf8.count > 160 { stem.removeLast() }
    return (stem, url.pathExtension.lowercased())
  }
}

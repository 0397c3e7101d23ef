import Foundation

/// A shared library of the system that others of ours or the runtime's need.
public struct SystemLibrary: Sendable, Hashable {
  /// The name under which it opened.
  public let name: String
  /// The file; the name again where the system does not tell.
  public let path: String

  /// Opens the first of these names that the system knows, and closes it again; nil when it knows none.
  ///
  /// - Parameter names: file names or paths, best first.
  public init?(anyOf names: [String]) {
    for name in names {
      guard let handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { continue }
      defer { dlclose(handle) }
      self.name = name
      path = Self.file(of: name) ?? name
      return
    }
    return nil
  }

  /// Looks the library up among the files that this process has mapped.
  private static func file(of name: String) -> String? {
    let wanted = name.split(separator: "/").last.map(String.init) ?? name
    // Foundation reads files of unknown length whole through a handle alone.
    guard let handle = FileHandle(forReadingAtPath: "/proc/self/maps"), let maps = try? handle.readToEnd() else {
      return nil
    }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
      guard let start = line.firstIndex(of: "/") else { continue }
      let path = String(line[start...])
      if path.split(separator: "/").last?.hasPrefix(wanted) == true { return path }
    }
    return nil
  }
}

import Foundation

/// Finds the config file of a run.
public enum ConfigFile {
  /// Names looked for in the working folder, first one wins.
  public static let names = ["likeness.ini", "facefusion.ini"]

  /// The file at `path`, which must exist; without a path the first of ``names`` in `folder` (`.` = the working
  /// folder), or nil.
  public static func load(path: String?, folder: String = ".") throws -> IniFile? {
    if let path { return try IniFile(path: path) }
    for name in names {
      let candidate = folder == "." ? name : folder + "/" + name
      if FileManager.default.fileExists(atPath: candidate) { return try IniFile(path: candidate) }
    }
    return nil
  }
}

import Foundation

/// Where to look for the ONNX Runtime library, and in which order.
///
/// A place the user names (option, then `LIKENESS_ONNXRUNTIME_PATH`) is the only one looked at. Otherwise Likeness' own
/// `lib/cuda` folder (`./scripts/setup --gpu`) comes before its `lib` folder, and that before the system's.
struct LibrarySearch {
  let path: String?
  let environment: [String: String]

  #if os(macOS)
    private static let systemNames = [
      "libonnxruntime.dylib", "/opt/homebrew/lib/libonnxruntime.dylib", "/usr/local/lib/libonnxruntime.dylib",
    ]
    private static func isLibrary(_ name: String) -> Bool {
      name.hasPrefix("libonnxruntime.") && name.hasSuffix(".dylib")
    }
  #else
    private static let systemNames = ["libonnxruntime.so.1", "libonnxruntime.so"]
    private static func isLibrary(_ name: String) -> Bool { name.hasPrefix("libonnxruntime.so") }
  #endif

  /// The folder Likeness keeps everything in: `$LIKENESS_HOME`, `$XDG_DATA_HOME/likeness`, `~/.local/share/likeness`.
  var home: String {
    if let home = environment["LIKENESS_HOME"], !home.isEmpty { return home }
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/likeness" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/likeness"
  }

  /// Paths (or names for the system's loader) to try, best first.
  var candidates: [String] {
    if let named { return Self.libraries(at: named.path) }
    return Self.libraries(in: home + "/lib/cuda") + Self.libraries(in: home + "/lib") + Self.systemNames
  }

  /// The places as a user would name them.
  var places: [String] {
    if let named { return ["\(named.path) (from \(named.origin))"] }
    return ["\(home)/lib", "the system's libraries (\(Self.systemNames.joined(separator: ", ")))"]
  }

  private var named: (path: String, origin: String)? {
    if let path, !path.isEmpty { return (path, "--onnxruntime-path") }
    if let path = environment["LIKENESS_ONNXRUNTIME_PATH"], !path.isEmpty {
      return (path, "LIKENESS_ONNXRUNTIME_PATH")
    }
    return nil
  }

  /// The file itself, or the libraries in it when it is a folder; none when nothing is there.
  private static func libraries(at path: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    return isFolder.boolValue ? libraries(in: path) : [path]
  }

  /// Newest version first: `libonnxruntime.so.1.31.1` before `….so.1.9.0`.
  private static func libraries(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter(isLibrary)
      .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
      .map { folder + "/" + $0 }
  }
}

import Foundation

/// Where test material lies, seen from the file that asks.
public enum TestPaths {
  /// A file in the folder `Fixtures` beside the test file.
  public static func fixture(_ name: String, of testFile: String = #filePath) -> String {
    URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
  }

  /// The package's folder: the nearest one above the file that holds `Package.swift`, links resolved; nil when the
  /// sources are not on this machine.
  public static func package(of testFile: String = #filePath) -> String? {
    var folder = URL(fileURLWithPath: testFile).resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
        return folder.path
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  /// Material beside the package that only some machines have, for extra tests (skip them visibly when it is nil).
  public static func shared(_ name: String, of testFile: String = #filePath) -> String? {
    guard let package = package(of: testFile) else { return nil }
    let path = URL(fileURLWithPath: package).deletingLastPathComponent().appendingPathComponent("shared/\(name)").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}

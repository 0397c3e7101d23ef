import Foundation

/// Finds files that belong to the program, wherever the binary was moved.
///
/// SwiftPM's own accessor ends the process when the folder is missing; this one gives an error that says where it
/// looked.
public struct ResourceLocator: Sendable {
  /// The folder SwiftPM puts beside the binary, for example `likeness_ModelStore.resources`.
  let bundle: String
  /// The folder of the sources, for a binary run from its build folder's repository.
  let sourceFolder: String
  let executable: String
  let home: String

  /// - Parameters:
  ///   - target: name of the SwiftPM target that holds the resources in a folder `Resources`.
  ///   - sourceFile: a source file of that target (the caller's by default).
  public init(target: String, sourceFile: String = #filePath) {
    self.init(
      target: target, sourceFile: sourceFile, executable: Self.executablePath, home: ModelStore.defaultHome())
  }

  init(target: String, sourceFile: String, executable: String, home: String) {
    bundle = "likeness_\(target).resources"
    sourceFolder = URL(fileURLWithPath: sourceFile).deletingLastPathComponent().path
    self.executable = executable
    self.home = home
  }

  static let modelStore = ResourceLocator(target: "ModelStore")

  /// The folders searched: beside the binary, the sources it was built from, Likeness' home.
  var folders: [String] {
    let beside = URL(fileURLWithPath: executable).deletingLastPathComponent().path
    return ["\(beside)/\(bundle)/Resources", "\(sourceFolder)/Resources", "\(home)/resources"]
  }

  /// The path of a resource. Throws `resourceMissing`.
  public func path(of file: String) throws -> String {
    for folder in folders where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
      return "\(folder)/\(file)"
    }
    throw ModelStoreError(
      .resourceMissing,
      "The file \(file), a part of the program, is missing. Searched: "
        + folders.joined(separator: "; ") + ".",
      hint: "Keep the folder \(bundle) beside the program, or copy what is in it to \(home)/resources.")
  }

  /// The running binary, links resolved (a link in `/usr/local/bin` must not hide the folder beside the real file).
  static var executablePath: String {
    let path = Bundle.main.executableURL?.path ?? CommandLine.arguments.first ?? ""
    return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}

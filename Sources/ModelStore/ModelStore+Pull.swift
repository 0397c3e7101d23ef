import Foundation

extension ModelStore {
  /// Makes the open pack's files with the project's converter, `Tools/open-pack`. What is there and right is kept.
  ///
  /// Each line the tool prints is handed to `onLine` as it comes. Throws `toolMissing`, `toolFailed`.
  ///
  /// - Parameter optional: entries to make beside those that the program always needs.
  public func makeOpenPack(with optional: [ModelEntry] = [], onLine: (String) -> Void) throws {
    try makeOpenPack(with: optional, tool: PackTool.locate(), onLine: onLine)
  }

  func makeOpenPack(with optional: [ModelEntry] = [], tool: PackTool, onLine: (String) -> Void) throws {
    let ids = optional.filter { $0.origin == .pack && $0.isOptional }.map(\.id)
    let status = try tool.run(home: home, arguments: ids.isEmpty ? [] : ["--with"] + ids, onLine: onLine)
    guard status == 0 else {
      throw ModelStoreError(
        .toolFailed, "\(tool.path) ended with status \(status); the lines above say why.",
        hint: "Mend the cause and run likeness models pull again; what was fetched is kept.")
    }
  }
}

/// The converter of the open pack.
struct PackTool: Sendable {
  let path: String

  private static let name = "open-pack/open-pack"

  /// In `$LIKENESS_TOOLS`, else in a folder `Tools` beside the program or above it (a repository's build folder lies
  /// below the repository). Throws `toolMissing`.
  static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: String = ResourceLocator.executablePath
  ) throws -> PackTool {
    var folders: [String] = []
    if let named = environment["LIKENESS_TOOLS"], !named.isEmpty {
      folders = [named]
    } else {
      var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
      while folder.path != "/" {
        folders.append(folder.path + "/Tools")
        folder.deleteLastPathComponent()
      }
    }
    for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
      return PackTool(path: "\(folder)/\(name)")
    }
    throw ModelStoreError(
      .toolMissing, "The converter of the open pack (Tools/\(name)) was not found.",
      hint: "Run ./scripts/setup in the Likeness repository, or set LIKENESS_TOOLS to its Tools folder.")
  }

  /// Runs the converter to its end and returns its exit status.
  func run(home: String, arguments: [String] = [], onLine: (String) -> Void) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LIKENESS_HOME": home]) { _, new in new }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    do {
      try process.run()
    } catch {
      throw ModelStoreError(
        .toolFailed, "\(path) does not start: \(error.localizedDescription)", underlying: error)
    }
    Self.forEachLine(from: pipe.fileHandleForReading.fileDescriptor, onLine)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Reads to the end of a pipe and hands on each line as soon as it is whole.
  private static func forEachLine(from descriptor: Int32, _ body: (String) -> Void) {
    var piece = [UInt8](repeating: 0, count: 4096)
    var pending: [UInt8] = []
    while true {
      let count = read(descriptor, &piece, piece.count)
      // A signal to this process, for example the child's end, interrupts the call without meaning anything here.
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      pending += piece[..<count]
      while let end = pending.firstIndex(of: 10) {
        body(String(decoding: pending[..<end], as: UTF8.self))
        pending.removeSubrange(...end)
      }
    }
    if !pending.isEmpty { body(String(decoding: pending, as: UTF8.self)) }
  }
}

import Foundation

/// A Likeness folder of its own for a test: models and libraries are those of the machine, keys, certificate, registry and
/// audit log are new and go away with it.
public struct TestHome: Sendable {
  public let folder: TemporaryFolder

  public var path: String { folder.path }

  /// - Parameter home: the machine's Likeness folder.
  public init(of home: String) throws {
    folder = try TemporaryFolder()
    for name in ["models", "lib"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(name), withDestinationPath: URL(fileURLWithPath: home).appendingPathComponent(name).path)
    }
  }
}

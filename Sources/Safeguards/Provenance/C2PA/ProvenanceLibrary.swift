/// The library that signs results, as far as an installation is concerned.
public struct ProvenanceLibrary: Sendable {
  public let version: String
  /// The file, or the name under which the system found it.
  public let path: String

  /// Opens the library where a run would.
  ///
  /// - Parameters:
  ///   - environment: `LIKENESS_C2PA_PATH` names the library.
  ///   - home: Likeness' folder.
  ///
  /// Throws ``SafeguardsError`` of code `marking` when it cannot be opened.
  public init(environment: [String: String], home: String) throws {
    let library = try C2PALibrary(environment: environment, home: home)
    (version, path) = (library.version, library.path)
  }
}

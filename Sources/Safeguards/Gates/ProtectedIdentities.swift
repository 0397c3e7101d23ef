public import Faces
import Foundation
import GRDB

/// The registry of people who must not be swapped, in either direction: a name and a note, and for each photo the
/// numbers of one or more recognisers. Never a picture.
///
/// A SQLite file of mode 0600. What is removed is overwritten, not only marked as free. Any thread and several programs
/// may use it at once.
public final class ProtectedIdentities: Sendable {
  /// One person.
  public struct Entry: Sendable, Hashable, Codable, Identifiable {
    /// Given once; never used again for somebody else.
    public let id: Int64
    public let name: String
    public let note: String
    /// When the person was added: ISO 8601, UTC.
    public let added: String
    /// How many photos of the person each recogniser knows.
    public let recognizers: [String: Int]
  }

  /// A face as one recogniser sees it.
  public struct Face: Sendable {
    public let recognizer: FaceRecognizerModel
    public let embedding: Embedding

    public init(recognizer: FaceRecognizerModel, embedding: Embedding) {
      self.recognizer = recognizer
      self.embedding = embedding
    }
  }

  public let path: String
  private let queue: DatabaseQueue

  /// Where the policy's registry is: the path it names, else `safeguards/protected.sqlite` in Likeness' folder.
  ///
  /// - Parameter home: Likeness' folder; nil = the usual one.
  public static func path(_ policy: SafeguardPolicy.Protected, home: String? = nil) -> String {
    policy.registry ?? SafeguardsFolder(home: home).path("protected.sqlite")
  }

  /// Opens the policy's registry; makes it when there is none.
  ///
  /// - Throws: ``SafeguardsError`` of code `storage` when it cannot be opened or made, or is something else.
  public convenience init(policy: SafeguardPolicy.Protected, home: String? = nil) throws {
    if policy.registry == nil { try SafeguardsFolder(home: home).make() }
    try self.init(path: ProtectedIdentities.path(policy, home: home))
  }

  /// Opens the registry at a path; makes it when there is none.
  public init(path: String) throws {
    self.path = path
    if try !ProtectedIdentities.isThere(path) {
      try NewFile.make(path) { draft in
        try ProtectedIdentities.attempt(path) {
          let queue = try DatabaseQueue(path: draft, configuration: ProtectedIdentities.configuration())
          try queue.write(RegistrySchema.make)
          try queue.close()
        }
      }
    }
    queue = try ProtectedIdentities.attempt(path) {
      let queue = try DatabaseQueue(path: path, configuration: ProtectedIdentities.configuration())
      try queue.read { try RegistrySchema.check($0, path) }
      return queue
    }
  }

  /// Adds a person.
  ///
  /// - Parameters:
  ///   - name: one line, not empty.
  ///   - faces: at least one, of any recognisers but `auto`.
  /// - Throws: ``SafeguardsError`` of code `request` for an empty name and for numbers that are not those of their
  ///   recogniser, `storage` when the registry cannot be written.
  @discardableResult
  public func add(name: String, note: String = "", faces: [Face]) throws -> Entry {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty, !name.contains(where: \.isNewline) else {
      throw SafeguardsError(.request, "A protected person needs a name on one line; \"\(name)\" is none.")
    }
    guard !faces.isEmpty else { throw SafeguardsError(.request, "There is no face to protect \(name) by.") }
    for face in faces { try face.check() }
    let added = Date().formatted(.iso8601)
    return try attempt {
      try queue.write { database in
        try database.execute(
          sql: "INSERT INTO identity (name, note, added) VALUES (?, ?, ?)", arguments: [name, note, added])
        let id = database.lastInsertedRowID
        for face in faces {
          try database.execute(
            sql: "INSERT INTO embedding (identity, recognizer, numbers) VALUES (?, ?, ?)",
            arguments: [id, face.recognizer.rawValue, EmbeddingBytes.data(of: face.embedding.values)])
        }
        let counts = Dictionary(faces.map { ($0.recognizer.rawValue, 1) }, uniquingKeysWith: +)
        return Entry(id: id, name: name, note: note, added: added, recognizers: counts)
      }
    }
  }

  /// Everybody, in the order they were added.
  public func list() throws -> [Entry] { try attempt { try queue.read { try RegistrySchema.entries($0) } } }

  /// Removes a person; the numbers are overwritten.
  ///
  /// - Returns: who it was.
  /// - Throws: ``SafeguardsError`` of code `request` for an id that is not there.
  @discardableResult
  public func remove(id: Int64) throws -> Entry {
    let removed = try attempt {
      try queue.write { database in
        let entry = try RegistrySchema.entries(database).first { $0.id == id }
        try database.execute(sql: "DELETE FROM identity WHERE id = ?", arguments: [id])
        return entry
      }
    }
    guard let removed else {
      throw SafeguardsError(
        .request, "There is no protected person \(id) in \(path).", hint: "likeness protect list shows them all.")
    }
    return removed
  }

  /// Everybody's numbers, for the length of a job, read without the need to write anything.
  ///
  /// A registry that the policy names must be there; where it names none, none means that nobody is protected.
  ///
  /// - Throws: ``SafeguardsError`` of code `storage` when it is missing, cannot be read, or is damaged.
  public static func matcher(_ policy: SafeguardPolicy.Protected, home: String? = nil) throws -> ProtectedMatcher {
    let path = path(policy, home: home)
    guard try isThere(path) else {
      guard policy.registry == nil else { throw failure(path, "there is no such file", nil) }
      return ProtectedMatcher(members: [], distance: policy.distance)
    }
    let members = try attempt(path) {
      let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: true))
      return try queue.read { database in
        try RegistrySchema.check(database, path)
        return try RegistrySchema.members(database, path)
      }
    }
    return ProtectedMatcher(members: members, distance: policy.distance)
  }

  // MARK: - Details

  private func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try ProtectedIdentities.attempt(path, body)
  }

  private static func attempt<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw failure(path, error.message ?? "\(error.resultCode)", error)
    }
  }

  static func failure(_ path: String, _ reason: String, _ underlying: (any Error)?) -> SafeguardsError {
    SafeguardsError(
      .storage, "The registry of protected identities, \(path), cannot be used: \(reason).", underlying: underlying)
  }

  /// Whether something is at the path. What cannot be asked about counts as an error: a registry must not go unnoticed.
  private static func isThere(_ path: String) throws -> Bool {
    var facts = stat()
    if lstat(path, &facts) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else { throw failure(path, String(cString: strerror(errno)), nil) }
    return false
  }

  private static func configuration(isReadOnly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    return configuration
  }
}
